import { expect, test } from 'vitest';
import { say } from '#shared/say.ts';
import { memoryKeeper } from './memory-keeper.ts';
import { nodeCheck, seeDoor, seeNodes, node, smallWall, tile, type SmallWall } from './small-wall.ts';

/** Two areas, each judged by another word of the kubelets. */
const tiles = [
  tile('nodes', ['node'], [nodeCheck('nodes/disk-full', { needs: { node: 'required', nodeStats: 'optional' } })]),
  tile(
    'certificates',
    ['node'],
    [
      nodeCheck('certificates/kubernetes-restart-renews', {
        needs: { node: 'required', componentCertificates: 'optional' },
        judge: () => [{ subject: { kind: 'Node', name: 'nuc0' }, level: 'ok', say: say('nuc0 has its certificates') }],
      }),
    ],
  ),
];

/** Judges every 5 s for a minute: the kubelets that answer, of both what they bring. */
function aMinute(wall: SmallWall, answering: Record<string, boolean>): void {
  for (let passed = 0; passed < 60_000; passed += 5_000) {
    wall.later(5_000);
    seeDoor(wall, { clusterId: 'one' });
    seeNodes(wall, node('nuc0'));
    for (const [source, answers] of Object.entries(answering)) {
      const kinds = [source.startsWith('kubelet/') ? ('nodeStats' as const) : ('componentCertificates' as const)];
      wall.store.declare({ name: source, role: 'feed', staleAfterMs: 45_000, kinds });
      if (answers) {
        wall.store.replace(source, kinds[0]!, []);
        wall.store.state(source, 'synced');
        wall.store.fresh(source, wall.now());
      } else wall.store.state(source, 'unreachable', 'connection refused');
    }
    wall.judge();
  }
}

const found = (wall: SmallWall) => wall.engine.board().findings.map(({ id }) => id);
const [disk, certificates] = ['kubelet/nuc0', 'kubelet-certificates/nuc0'];

test('what a kubelet does not bring is told by the area that is judged by it, and by no other', () => {
  const keeper = memoryKeeper();
  const wall = smallWall({ tiles, keeper });
  aMinute(wall, { [disk]: true, [certificates]: true });
  expect(found(wall)).toEqual([]);
  aMinute(wall, { [disk]: false, [certificates]: true });
  expect(found(wall)).toEqual(['nodes/unseen|Source/kubelet/nuc0']);
  aMinute(wall, { [disk]: true, [certificates]: false });
  expect(found(wall)).toEqual(['certificates/unseen|Source/kubelet-certificates/nuc0']);
});

test('no area forgets what another must tell: it goes on being told, also after a restart', () => {
  const keeper = memoryKeeper();
  const wall = smallWall({ tiles, keeper });
  aMinute(wall, { [disk]: true, [certificates]: true });
  aMinute(wall, { [disk]: false, [certificates]: false });
  const both = ['certificates/unseen|Source/kubelet-certificates/nuc0', 'nodes/unseen|Source/kubelet/nuc0'];
  expect(found(wall).toSorted()).toEqual(both);
  wall.engine.stop();
  const again = smallWall({ tiles, keeper, at: wall.now() });
  aMinute(again, { [disk]: false, [certificates]: false });
  aMinute(again, { [disk]: false, [certificates]: false });
  expect(found(again).toSorted()).toEqual(both);
});
