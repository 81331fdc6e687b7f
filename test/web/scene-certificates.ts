import type { AreaRow, Column } from '#shared/area-rows.ts';
import type { Finding, Subject } from '#shared/finding.ts';
import type { Level } from '#shared/level.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { hour, makeBoard, makeFinding, makeTile, minute, node, saw, type Scene } from './fixtures.ts';
import { tenGood } from './scenes.ts';

export const day = 24 * hour;

interface SeenRow {
  subject: Subject;
  name: string;
  where: string;
  issuer: string;
  left: number | null;
}

const host = (name: string, left: number | null, issuer = "Let's Encrypt R11"): SeenRow => ({
  subject: { kind: 'Host', name },
  name,
  where: `${name}:443`,
  issuer,
  left,
});

const usual: SeenRow[] = [
  {
    subject: { kind: 'Endpoint', name: 'api' },
    name: 'API server',
    where: '192.168.1.10:6443',
    issuer: 'k3s-server-ca',
    left: 214,
  },
  {
    subject: { kind: 'Credential', name: 'wall' },
    name: "the wall's client certificate",
    where: 'our kubeconfig',
    issuer: 'k3s-client-ca',
    left: 214,
  },
  ...['kmaster', 'nuc0', 'nuc1', 'nuc2'].map((name, i) => ({
    subject: node(name),
    name: `kubelet of ${name}`,
    where: `192.168.1.1${i}:10250`,
    issuer: 'k3s-server-ca',
    left: 214 - i,
  })),
  ...['photos', 'mealie', 'grafana', 'harbor', 'home-assistant', 'argocd'].map((name, i) =>
    host(`${name}.home.example`, 41 + 7 * i),
  ),
  host('a-very-long-name-of-a-preview.branch-feature-of-somebody.apps.home.example', 83),
  host('registry.home.example', 3_600, 'our own authority'),
];

const usualColumns: Column[] = [
  { key: 'name', title: 'Certificate', type: 'text' },
  { key: 'where', title: 'Seen at', type: 'text' },
  { key: 'until', title: 'Ends', type: 'at' },
  { key: 'days', title: 'Days left', type: 'number' },
  { key: 'issuer', title: 'Issued by', type: 'text' },
];

function levelOf(left: number | null): Level {
  if (left === null) return 'unknown';
  return left <= 7 ? 'bad' : left <= 30 ? 'warn' : 'ok';
}

/** Rows of certificates, each with the days that are left of it. */
export function certificateRows(now: number, seen: readonly SeenRow[]): AreaRow[] {
  return seen.map(({ subject, name, where, issuer, left }) => ({
    subject,
    level: levelOf(left),
    cells: {
      name,
      where,
      until: left === null ? null : now + left * day,
      days: left === null ? null : Math.floor(left),
      issuer,
    },
    verdicts: [{ check: 'certificates/expiring', level: levelOf(left), sentence: `${name} lasts ${left} days` }],
  }));
}

function withCertificates(
  now: number,
  seen: readonly SeenRow[],
  findings: Finding[],
  tile: Parameters<typeof makeTile>[2],
): Scene {
  const scene = tenGood(now);
  const area = 'certificates' as const;
  const own = makeTile(area, now, tile);
  const tiles = scene.board.tiles.map((one) => (one.area === area ? own : one));
  return {
    ...scene,
    board: makeBoard(now, tiles, findings),
    rows: { ...scene.rows, [area]: certificateRows(now, seen) },
    columns: { [area]: usualColumns },
    bars: { [area]: { title: 'Days left', until: 'until', name: 'name', mostDays: 400 } },
  };
}

/** Fourteen certificates, all of them good for weeks. */
export function certificatesGood(now: number): Scene {
  return withCertificates(now, usual, [], {
    level: 'ok',
    figure: { value: '41', rest: 'days left' },
    detailSay: plainly('soonest: photos.home.example'),
  });
}

/** One has 12 days left, since its renewal fails; another is not known. */
export function twelveDaysLeft(now: number): Scene {
  const until = now + 12.4 * day;
  const name = 'git.example';
  const expiring = makeFinding(now, {
    check: 'certificates/expiring',
    level: 'warn',
    subject: { kind: 'Host', name },
    say: say('the certificate of {name} ends in {days} days', { name, days: 12 }),
    since: now - 9 * hour,
    evidence: [
      saw(
        'value',
        say('it ends {until:at}; it is good for 90 days, and cert-manager renews at a third', { until }),
        now,
      ),
      saw('text', plainly("issued by Let's Encrypt R11, shown by git.example:443, named by Ingress git/gitea"), now),
    ],
    steps: [
      { say: 'See why it is not renewed', command: command`kubectl -n ${'git'} describe certificate ${'gitea-tls'}` },
      { say: 'What did the authority say?', command: command`kubectl -n ${'git'} get order,challenge -o wide` },
      { say: 'Renew it now', command: command`cmctl renew -n ${'git'} ${'gitea-tls'}` },
    ],
  });
  return withCertificates(now, [host(name, 12.4), ...usual, host('old-nas.home.example', null, '')], [expiring], {
    level: 'warn',
    figure: { value: '12', rest: 'days left' },
    detailSay: plainly('soonest: git.example'),
    since: expiring.since,
  });
}

/** Our own certificate has expired, so the API refuses us; odd dates stand beside it. */
export function ownExpired(now: number): Scene {
  const since = now - 6 * minute;
  const expired = makeFinding(now, {
    check: 'certificates/expired',
    level: 'bad',
    subject: { kind: 'Credential', name: 'wall' },
    say: say("the wall's client certificate expired at {since:at}", { since }),
    since,
    explains: 1,
    evidence: [
      saw(
        'value',
        say('it ended {since:at}, {since:age} ago; the API answers 401 Unauthorized since then', { since }),
        now,
      ),
      saw(
        'text',
        plainly('it stands in context homelab of /home/anna/.kube/config, CN=system:admin, signed by k3s-client-ca'),
        now,
      ),
    ],
    steps: [
      { say: 'Restart k3s on kmaster to renew it; pods go on running', command: 'systemctl restart k3s' },
      { say: 'Copy the new kubeconfig here', command: 'scp kmaster:/etc/rancher/k3s/k3s.yaml ~/.kube/config' },
      { say: 'See there what ends when', command: 'k3s certificate check --output table' },
    ],
  });
  const refused = makeFinding(now, {
    check: 'control-plane/api-answers',
    level: 'bad',
    subject: { kind: 'Endpoint', name: 'api' },
    say: say('the API refuses us: our certificate expired at {since:at}', { since }),
    since,
    cause: expired.id,
  });
  const seen = [
    host('year-9999.example', (253_402_300_799_000 - now) / day),
    host('before-1970.example', (-1_000 - now) / day),
    ...usual.map((row) => (row.subject.kind === 'Credential' ? { ...row, left: -6 / 1_440 } : row)),
  ];
  const scene = withCertificates(now, seen, [expired, refused], {
    level: 'bad',
    figure: { value: '0', rest: 'days left' },
    detailSay: plainly("the wall's client certificate expired"),
    since,
  });
  return scene;
}

/** A hundred hosts, each with a certificate of its own. */
export function manyCertificates(now: number, count = 100): Scene {
  const seen = Array.from({ length: count }, (_, i) =>
    host(`host-${String((i * 37) % count).padStart(3, '0')}.example`, 31 + ((i * 37) % count)),
  );
  return withCertificates(now, seen, [], {
    level: 'ok',
    figure: { value: '31', rest: 'days left' },
    detailSay: plainly('soonest: host-000.example'),
  });
}
