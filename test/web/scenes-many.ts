import type { Area } from '#shared/area.ts';
import type { AreaRow } from '#shared/area-rows.ts';
import type { Evidence, Finding } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { makeBoard, makeFinding, makeMoments, makeTile, minute, node, saw, second, type Scene } from './fixtures.ts';
import { tenGood } from './scenes.ts';

const logLines = [
  '2026-05-05 18:37:02.114 UTC [1] LOG:  starting PostgreSQL 16.4 on x86_64-pc-linux-musl, compiled by gcc 13.2.1',
  '2026-05-05 18:37:02.121 UTC [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432',
  '2026-05-05 18:37:02.140 UTC [24] LOG:  database system was interrupted; last known up at 2026-05-05 18:02:11 UTC',
  '2026-05-05 18:37:02.302 UTC [24] LOG:  invalid checkpoint record',
  '2026-05-05 18:37:02.302 UTC [24] PANIC:  could not locate a valid checkpoint record',
  '2026-05-05 18:37:02.811 UTC [1] LOG:  startup process (PID 24) was terminated by signal 6: Aborted',
];

/** A database that crashes again and again, with the last lines of its log. */
function crashing(now: number): Finding {
  return makeFinding(now, {
    check: 'workloads/crash-looping',
    level: 'bad',
    subject: { kind: 'StatefulSet', namespace: 'db', name: 'postgres' },
    say: say('{name} crashes again and again: 7 restarts, the last {at:age} ago, exit code 1', {
      name: 'postgres',
      at: now - minute,
    }),
    since: now - 14 * minute,
    series: ['api-latency'],
    evidence: [
      saw('value', plainly('container postgres ended with exit code 1'), now),
      ...logLines.slice(-2).map((line) => saw('log', plainly(line), now)),
    ],
    steps: [
      {
        say: 'Read why it ended',
        command: command`kubectl -n ${'db'} logs ${'postgres-0'} -c ${'postgres'} --previous --tail=50`,
      },
      { say: 'Its write-ahead log is damaged: look for the last backup before anything is reset' },
    ],
  });
}

const others: [Area, string, Finding['level'], string, string][] = [
  ['workloads', 'out-of-memory', 'bad', 'photos', 'photos was killed for want of memory 4 times: its limit is 512Mi'],
  ['workloads', 'image-cannot-be-pulled', 'bad', 'mealie', 'mealie cannot be pulled: there is no tag v2.9 of it'],
  ['certificates', 'expiring', 'bad', 'wildcard', 'the certificate of *.home.example ended 2 h ago'],
  ['storage', 'volume-full', 'warn', 'gitea-data', 'gitea-data is full in 19 h at this pace'],
  ['jobs', 'missed', 'warn', 'cat-of-the-day', 'cat-of-the-day has not succeeded for 4 days, 4 runs missed'],
  ['workloads', 'not-starting', 'warn', 'jellyfin', 'jellyfin waits for a node: 3 nodes lack memory, 1 is cordoned'],
  ['workloads', 'rollout-stuck', 'warn', 'web', 'web: 3 of 4 pods run the new version for 22 min'],
  ['backups', 'old', 'warn', 'nightly', 'the last backup of 3 volumes is 41 h old'],
  ['services', 'slow', 'warn', 'home-assistant', 'home-assistant takes 4.2 s to answer'],
  ['registry', 'missing', 'warn', 'zigbee2mqtt', 'the image of zigbee2mqtt is gone from the registry'],
  ['gitops', 'out-of-sync', 'unknown', 'apps', 'whether apps is in sync is not known'],
  ['nodes', 'pressure', 'warn', 'nuc1', 'nuc1 is short of disk space'],
];

/** Thirteen independent things are wrong, over all areas. */
export function manyWrong(now: number): Scene {
  const worst = crashing(now);
  const findings = others.map(([area, check, level, name, text], i) =>
    makeFinding(now, {
      check: `${area}/${check}`,
      level,
      subject: area === 'nodes' ? node(name) : { kind: 'Deployment', namespace: 'home', name },
      say: plainly(text),
      since: now - (i + 1) * 9 * minute,
    }),
  );
  const all = [worst, ...findings];
  const tiles = tenGood(now).board.tiles.map((tile) => {
    const here = all.filter(({ area }) => area === tile.area);
    const [first] = here;
    if (first === undefined || first.level === 'notice') return tile;
    const rest = tile.area === 'workloads' ? 'of 47 up' : (tile.figure.rest ?? '');
    return {
      ...tile,
      level: first.level,
      figure: { ...tile.figure, value: tile.area === 'workloads' ? '42' : tile.figure.value, rest },
      detailSay: plainly(`${first.subject.name}${here.length > 1 ? ` and ${here.length - 1} more` : ''}`),
      unknownCount: tile.area === 'storage' ? 2 : 0,
      since: first.since,
    };
  });
  const evidence: Record<string, Evidence[]> = {
    [worst.id]: [worst.evidence[0]!, ...logLines.map((line) => saw('log', plainly(line), now))],
  };
  return { board: makeBoard(now, tiles, all), rows: {}, moments: makeMoments(now), evidence };
}

/** Two warnings that have nothing to do with each other. */
export function twoWarnings(now: number): Scene {
  const scene = manyWrong(now);
  const findings = scene.board.findings.filter(({ check }) => ['jobs/missed', 'nodes/pressure'].includes(check));
  const tiles = tenGood(now).board.tiles.map((tile) => {
    const here = findings.find(({ area }) => area === tile.area);
    return here === undefined ? tile : { ...tile, level: 'warn' as const, since: here.since };
  });
  return { ...scene, board: makeBoard(now, tiles, findings) };
}

/** The wall has just begun: most is still being fetched. */
export function starting(now: number): Scene {
  const blind = makeFinding(now, {
    check: 'nodes/not-ready',
    level: 'unknown',
    subject: { kind: 'Source', name: 'nodes' },
    say: plainly('nodes: being fetched for the first time'),
    since: now - 3 * second,
    atLeast: true,
  });
  const level = 'unknown' as const;
  const tiles = (['control-plane', 'nodes', 'workloads'] as const).map((area) =>
    makeTile(area, now, { level, figure: { value: '–' }, detailSay: say('starting'), unknownCount: 1 }),
  );
  const scene: Scene = { board: makeBoard(now, tiles, [blind]), rows: {}, moments: [] };
  const sources = scene.board.sources.map((source, i) =>
    i < 2 ? source : { ...source, state: 'syncing' as const, since: now - 3 * second, freshAt: null },
  );
  return { ...scene, board: { ...scene.board, sources } };
}

/** Nodes in thousands, for the table of their area; a hundred of them fail. */
export function manyRows(now: number, count: number): Scene {
  const scene = tenGood(now);
  const rows = Array.from({ length: count }, (_, i): AreaRow => {
    const name = `node-${String((i * 7919) % count).padStart(5, '0')}`;
    return {
      subject: node(name),
      level: i % (count / 100) === 7 ? 'bad' : 'ok',
      cells: {
        name,
        ready: i % (count / 100) === 7 ? 'not ready' : 'ready',
        heartbeat: i % 11 === 0 ? null : now - (i % 977) * second,
        kubelet: `v1.36.${i % 3}`,
        pods: (i * 31) % 110,
        memory: (1 + (i % 64)) * 1e9,
        disk: i % 100,
      },
      verdicts: [{ check: 'nodes/not-ready', level: 'ok', sentence: `${name} is ready` }],
    };
  });
  return { ...scene, rows: { nodes: rows } };
}
