import type { AreaRow, Column } from '#shared/area-rows.ts';
import type { Level } from '#shared/level.ts';
import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { hour, makeBoard, makeFinding, makeTile, minute, saw, type Scene } from './fixtures.ts';
import { tenGood } from './scenes.ts';

const [megabyte, gigabyte] = [1e6, 1e9];
const kind = 'PersistentVolumeClaim';

const columns: Column[] = [
  { key: 'claim', title: 'Claim', type: 'text' },
  { key: 'bytes', title: 'Used', type: 'bytes' },
  { key: 'part', title: 'Full', type: 'percent' },
  { key: 'backups', title: 'Last backups', type: 'bars' },
  { key: 'backup', title: 'Last backup', type: 'age' },
];

type Claim = [name: string, level: Level, bytes: number | null, part: number | null, backups: number[]];

const claims: Claim[] = [
  ['git/gitea-data', 'bad', 32 * megabyte, 0.3, [1.82, 1.84, 1.86, 1.88, 1.9].map((each) => each * gigabyte)],
  ['media/photos', 'warn', 412 * gigabyte, 88, [401, 404, 407, 408, 409].map((each) => each * gigabyte)],
  ['db/postgres-0', 'ok', 6.1 * gigabyte, 61, [5.9, 5.9, 6, 6, 5.9].map((each) => each * gigabyte)],
  ['home/zigbee2mqtt', 'ok', 48 * megabyte, 4.8, [47 * megabyte]],
  ['lab/scratch', 'unknown', null, null, []],
];

function rowOf(now: number, [claim, level, bytes, part, backups]: Claim): AreaRow {
  const [namespace = '', name = ''] = claim.split('/');
  return {
    subject: { kind, namespace, name },
    level,
    cells: { claim, bytes, part, backups, backup: backups.length === 0 ? null : now - 10 * hour },
    verdicts: [{ check: 'storage/volume-filling', level, sentence: `${claim} is looked at` }],
  };
}

/** The night in which a volume was emptied: it stays until somebody says so, and another one fills. */
export function volumeEmptied(now: number): Scene {
  const scene = tenGood(now);
  const since = now - 31 * minute;
  const values = { before: 1.9 * gigabyte, after: 32 * megabyte, since };
  const emptied = makeFinding(now, {
    check: 'storage/volume-emptied',
    level: 'bad',
    subject: { kind, namespace: 'git', name: 'gitea-data' },
    say: say('gitea-data lost its data: {before:bytes} to {after:bytes} at {since:at}, after nuc0 rebooted', values),
    since,
    latch: true,
    series: [`storage/used|${kind}/git/gitea-data`],
    evidence: [saw('value', say('{part:percent} of it went between two samples, and stayed away', { part: 98 }), now)],
    steps: [
      {
        say: 'Stop the backup before it overwrites the last good one',
        command: command`kubectl -n ${'longhorn-system'} patch recurringjob daily --type merge -p '{"spec":{"groups":[]}}'`,
      },
      { say: 'Stop what writes to it', command: command`kubectl -n ${'git'} scale statefulset gitea --replicas 0` },
    ],
  });
  const filling = makeFinding(now, {
    check: 'storage/volume-filling',
    level: 'warn',
    subject: { kind, namespace: 'media', name: 'photos' },
    say: say('photos is {part:percent} full, and whole in 12 days', { part: 88 }),
    since: now - 50 * hour,
    series: [`storage/used|${kind}/media/photos`],
  });
  const tile = makeTile('storage', now, {
    level: 'bad',
    figure: { value: '5', rest: 'volumes' },
    detailSay: plainly('gitea-data lost its data'),
    since,
  });
  return {
    ...scene,
    board: makeBoard(
      now,
      scene.board.tiles.map((one) => (one.area === 'storage' ? tile : one)),
      [emptied, filling],
    ),
    rows: { ...scene.rows, storage: claims.map((claim) => rowOf(now, claim)) },
    columns: { storage: columns },
    bars: { storage: { title: 'Claims by fullness', percent: 'part', name: 'claim', most: 100 } },
    moments: [
      ...scene.moments,
      { at: since - 2 * minute, kind: 'reboot', text: 'nuc0 rebooted' },
      { at: since, kind: 'incident-begin', text: emptied.sentence, level: 'bad', finding: emptied.id },
    ],
  };
}

/** The same, once somebody has said that it is restored. */
export function volumeRestored(now: number): Scene {
  const scene = volumeEmptied(now);
  const [emptied, filling] = scene.board.findings;
  if (emptied === undefined || filling === undefined) throw new Error('the scene has two findings');
  const tiles = scene.board.tiles.map((one) =>
    one.area === 'storage'
      ? makeTile('storage', now, { level: 'warn', figure: one.figure, detailSay: plainly('photos 88 % full') })
      : one,
  );
  const text = `${emptied.sentence} · it is restored`;
  return {
    ...scene,
    board: makeBoard(now, tiles, [filling]),
    moments: [...scene.moments, { at: now - minute, kind: 'acknowledged', text, finding: emptied.id }],
  };
}
