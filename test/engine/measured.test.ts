import { expect, test } from 'vitest';
import { node, seeDoor, seeNodes, smallWall } from './small-wall.ts';

test('what was measured last is told with its unit and when', () => {
  const wall = smallWall();
  expect(wall.engine.measured()).toEqual([]);
  seeNodes(wall, node('nuc0'), node('nuc1', 'False'));
  seeDoor(wall, { latencyMs: 12 });
  wall.judge();
  expect(wall.engine.measured()).toEqual([
    { series: 'nodes/ready', unit: 'count', value: 1, at: wall.now() },
    { series: 'control-plane/latency', unit: 'ms', value: 12, at: wall.now() },
  ]);
});

test('a series that the last sample did not measure is not among them', () => {
  const wall = smallWall();
  seeNodes(wall, node('nuc0'));
  seeDoor(wall, { latencyMs: 12 });
  wall.judge();
  wall.pass(15_000, 'api-door');
  wall.pass(15_000, 'api-door');
  expect(wall.engine.measured()).toEqual([{ series: 'control-plane/latency', unit: 'ms', value: 12, at: wall.now() }]);
});
