import type { AreaMeasured, AreaRow, Column, Spark } from '#shared/area-rows.ts';
import type { Finding, Subject } from '#shared/finding.ts';
import type { Level } from '#shared/level.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { hour, makeBoard, makeFinding, makeTile, minute, saw, second, type Scene } from './fixtures.ts';
import { tenGood } from './scenes.ts';

const day = 24 * hour;

/** A service of the scenes: what is asked, how its owner groups it, and how it does. */
interface Service {
  subject: Subject;
  name: string;
  group: string;
  level: Level;
  status: string;
  latency: number | null;
}

const host = (name: string, group: string, latency: number): Service => ({
  subject: { kind: 'Host', name },
  name,
  group,
  level: 'ok',
  status: 'up',
  latency,
});

const usual: Service[] = [
  { ...host('gitea', 'Work', 48), subject: { kind: 'Probe', name: 'gitea' } },
  host('argocd.home.example', 'Work', 31),
  host('harbor.home.example', 'Work', 74),
  host('ci.home.example', 'Work', 22),
  host('jellyfin.home.example', 'Media', 19),
  host('photos.home.example', 'Media', 140),
  host('music.home.example', 'Media', 12),
  host('home-assistant.home.example', 'House', 24),
  host('zigbee.home.example', 'House', 9),
  host('mealie.home.example', 'House', 61),
  host('grafana.home.example', '', 33),
  host('traefik.home.example', '', 4),
  host('a-very-long-name-of-a-preview.branch-feature-of-somebody.apps.home.example', '', 210),
  host('paperless.home.example', '', 96),
];

const measuredBy = (series: string, unit: 'percent' | 'ms', windowMs: number) => ({ series, unit, windowMs });
const uptime = (key: string, title: string, days: number): Column => ({
  ...{ key, title, type: 'uptime' },
  measured: measuredBy('services/reachable', 'percent', days * day),
});

const columns: Column[] = [
  { key: 'name', title: 'Service', type: 'text' },
  { key: 'status', title: 'Last status', type: 'text' },
  { key: 'latency', title: 'Answers in', type: 'duration' },
  { key: 'spark', title: 'Latency 24 h', type: 'spark', measured: measuredBy('services/latency', 'ms', day) },
  uptime('up24h', 'Up 24 h', 1),
  uptime('up7d', 'Up 7 d', 7),
  uptime('up30d', 'Up 30 d', 30),
  { key: 'days', title: 'Certificate days', type: 'number' },
  { key: 'group', title: 'Group', type: 'group' },
];

function rowsOf(services: readonly Service[]): AreaRow[] {
  return services.map(({ subject, name, group, level, status, latency }, i) => ({
    subject,
    level,
    cells: { name, group, status, latency, days: name === 'gitea' ? 9 : 41 + 7 * i },
    verdicts: [
      {
        check: 'services/down',
        level,
        sentence: `${name}: ${status}`,
        ...(level === 'ok' ? {} : { finding: `services/down|${subject.kind}/${subject.name}` }),
      },
    ],
  }));
}

/** A wave around what is usual, with a gap of two hours while the wall was off, for those that are not new. */
function sparkOf(usualMs: number, seed: number): Spark {
  const points = Array.from({ length: 48 }, (_, i) =>
    i >= 16 && i < 20 ? null : Math.round(usualMs * (1 + 0.3 * Math.sin(i / 3 + seed)) + (i === 30 ? 2 * usualMs : 0)),
  );
  return { points, least: Math.round(usualMs * 0.6), usual: usualMs, most: Math.round(usualMs * 4.1) };
}

function measuredOf(services: readonly Service[]): AreaMeasured['rows'] {
  return Object.fromEntries(
    services.map(({ subject, level, latency }, i) => [
      `${subject.kind}/${subject.name}`,
      {
        up24h: level === 'bad' ? 99.583 : 100,
        ...(i % 5 === 4
          ? {}
          : { up7d: [100, 99.991, 99.214, 97.003, 100][i % 5]!, up30d: [99.997, 99.5, 98.12, 90.4, 100][i % 5]! }),
        spark: sparkOf(latency ?? 40, i),
      },
    ]),
  );
}

function withServices(
  now: number,
  services: readonly Service[],
  findings: Finding[],
  tile: Parameters<typeof makeTile>[2],
): Scene {
  const scene = tenGood(now);
  const area = 'services' as const;
  const tiles = scene.board.tiles.map((one) => (one.area === area ? makeTile(area, now, tile) : one));
  return {
    ...scene,
    board: makeBoard(now, tiles, findings),
    rows: { ...scene.rows, [area]: rowsOf(services) },
    columns: { [area]: columns },
    measured: { [area]: measuredOf(services) },
  };
}

/** Fourteen services that are up, some of them in groups. */
export function servicesGood(now: number): Scene {
  return withServices(now, usual, [], {
    level: 'ok',
    figure: { value: '14', rest: 'of 14 up' },
    detailSay: plainly('all answer within 210 ms'),
  });
}

/** Traefik has no ready pod: all that is reached through it is down because of it. */
export function traefikDown(now: number): Scene {
  const since = now - 4 * minute;
  const traefik = { kind: 'Deployment', namespace: 'kube-system', name: 'traefik' };
  const root = makeFinding(now, {
    check: 'services/controller-down',
    level: 'bad',
    subject: traefik,
    say: say('{name} is down: {count} services unreachable', { name: 'Traefik', count: 14 }),
    since,
    explains: 15,
    evidence: [
      saw('value', plainly('0 of 1 pods of kube-system/traefik are ready: CrashLoopBackOff, exit code 1'), now),
      saw('text', plainly('its address 192.168.1.10 refuses connections on 443 and 80'), now),
      saw('text', plainly('gitea, argocd.home.example, harbor.home.example and 11 more are reached through it'), now),
    ],
    steps: [
      {
        say: 'See why its pods do not run',
        command: command`kubectl -n ${'kube-system'} describe deployment ${'traefik'}`,
      },
      {
        say: 'Read its last words',
        command: command`kubectl -n ${'kube-system'} logs deployment/${'traefik'} --previous`,
      },
    ],
    series: ['services/latency|Probe/gitea'],
  });
  const effects = usual.map(({ subject, name }) =>
    makeFinding(now, {
      check: 'services/down',
      level: 'bad',
      subject,
      say: say('{name} is down: refused the connection', { name }),
      since: since + 20 * second,
      cause: root.id,
      series: [`services/latency|${subject.kind}/${subject.name}`],
      evidence: [saw('value', plainly('connect ECONNREFUSED 192.168.1.10:443'), now)],
      steps: [{ say: 'Ask yourself', command: command`curl -v ${`https://${name}/`}` }],
    }),
  );
  const pod = makeFinding(now, {
    check: 'workloads/crash-looping',
    level: 'bad',
    subject: traefik,
    say: plainly('traefik crashes again and again: exit code 1'),
    since,
    cause: root.id,
  });
  const down = usual.map((service) => ({
    ...service,
    level: 'bad' as const,
    status: 'refused the connection',
    latency: null,
  }));
  return withServices(now, down, [root, ...effects, pod], {
    level: 'bad',
    figure: { value: '0', rest: 'of 14 up' },
    detailSay: plainly('Traefik is down'),
    since,
  });
}

/** One of them answers 503, and another is slow. */
export function oneServiceDown(now: number): Scene {
  const since = now - 6 * minute;
  const services = usual.map((service) =>
    service.name === 'photos.home.example'
      ? { ...service, level: 'bad' as const, status: 'answers 503 Service Unavailable' }
      : service.name === 'ci.home.example'
        ? { ...service, level: 'warn' as const, status: 'up, slow', latency: 6_400 }
        : service,
  );
  const down = makeFinding(now, {
    check: 'services/down',
    level: 'bad',
    subject: { kind: 'Host', name: 'photos.home.example' },
    say: say('{name} is down: answers 503 Service Unavailable', { name: 'photos.home.example' }),
    since,
    evidence: [
      saw('value', plainly('the answer came from nginx after 12 ms: "503 Service Temporarily Unavailable"'), now),
    ],
    steps: [{ say: 'Is it so from here?', command: command`curl -v ${'https://photos.home.example/'}` }],
    series: ['services/latency|Host/photos.home.example'],
  });
  const slow = makeFinding(now, {
    check: 'services/slow',
    level: 'warn',
    subject: { kind: 'Host', name: 'ci.home.example' },
    say: say('{name} answers in {ms:duration}', { name: 'ci.home.example', ms: 6_400 }),
    since: now - 40 * minute,
    series: ['services/latency|Host/ci.home.example'],
  });
  return withServices(now, services, [down, slow], {
    level: 'bad',
    figure: { value: '13', rest: 'of 14 up' },
    detailSay: plainly('photos.home.example answers 503'),
    since,
  });
}

/** Two hundred services without groups. */
export function manyServices(now: number, count = 200): Scene {
  const many = Array.from({ length: count }, (_, i) =>
    host(`service-${String(i).padStart(3, '0')}.example`, '', 10 + i),
  );
  return withServices(now, many, [], { level: 'ok', figure: { value: String(count), rest: `of ${count} up` } });
}
