import { command } from '#shared/quote.ts';
import { plainly, say } from '#shared/say.ts';
import { hour, makeFinding, makeTile, minute, node, saw, type Scene } from './fixtures.ts';
import { tenGood } from './scenes.ts';

/** The disk of nuc0 fills: one finding, with the series that shows it. All else is fine. */
export function diskFills(now: number): Scene {
  const scene = tenGood(now);
  const since = now - 3 * hour;
  const full = makeFinding(now, {
    check: 'nodes/disk-full',
    level: 'bad',
    subject: node('nuc0'),
    say: plainly('nuc0 is full in 9 h'),
    since,
    series: ['nodes/disk|Node/nuc0'],
    evidence: [
      saw(
        'value',
        say('{used:percent} of its disk are used, rising {rate:bytes} an hour', { used: 91, rate: 2.1e9 }),
        now,
      ),
      saw('text', plainly('the kubelet evicts pods when less than 5 % are free'), now),
    ],
    steps: [
      { say: 'See what takes the room', command: command`ssh ${'nuc0'} du -xhd2 /var | sort -h | tail` },
      { say: 'Throw away images that nothing uses', command: command`ssh ${'nuc0'} k3s crictl rmi --prune` },
    ],
  });
  const tile = makeTile('nodes', now, {
    level: 'bad',
    figure: { value: '4', rest: 'of 4 ready' },
    detailSay: plainly('nuc0: disk 91 % full'),
    since,
  });
  const { board } = scene;
  return {
    ...scene,
    board: {
      ...board,
      headline: { ...board.headline, level: 'bad', text: full.sentence, say: full.say, finding: full.id },
      tiles: board.tiles.map((one) => (one.area === 'nodes' ? tile : one)),
      findings: [full],
    },
    moments: [
      ...scene.moments,
      { at: now - 7 * hour, kind: 'version', text: 'API server v1.36.1 → v1.36.2' },
      { at: now - 16.9 * hour, kind: 'stop', text: 'the wall stopped' },
      { at: now - 15.5 * hour, kind: 'start', text: 'the wall started' },
      { at: since + minute, kind: 'incident-begin', text: full.sentence, level: 'bad', finding: full.id },
    ],
  };
}
