import { describe, expect, test } from 'vitest';
import type { Check } from '#server/engine/define-check.ts';
import type { TileDefinition } from '#server/engine/define-tile.ts';
import { say, type Say } from '#shared/say.ts';
import { apiAnswers, node, nodeCheck, nodesTile, seeDoor, seeNodes, smallWall, tile } from './small-wall.ts';

const blinding: Check = { ...apiAnswers, blinds: true };
const hosts = (count: number) => say('{count} of {count} hosts still answer', { count });

function wallWith(check: Check, stillAnswers: TileDefinition['stillAnswers'], ...more: Check[]) {
  const certificates = { ...tile('certificates', ['apiDoor'], more), ...(stillAnswers && { stillAnswers }) };
  const wall = smallWall({ tiles: [tile('control-plane', ['apiDoor'], [check]), nodesTile(), certificates] });
  seeDoor(wall);
  seeNodes(wall, node('nuc0'), node('nuc1', 'False'));
  wall.judge();
  return wall;
}

describe('what goes on being seen while the API is blind', () => {
  test('is said first beside what makes the wall blind, and only then', () => {
    let asked = 0;
    const wall = wallWith(blinding, () => {
      asked += 1;
      return hosts(7);
    });
    expect(wall.engine.board().headline.also).toEqual([]);
    expect(asked, 'it is not worked out while nobody needs it').toBe(0);
    wall.pass(16_000);
    seeDoor(wall, { outcome: 'refused' });
    wall.judge();
    expect(wall.engine.board().headline).toMatchObject({
      finding: 'control-plane/api-answers|Cluster/api',
      also: ['7 of 7 hosts still answer'],
      alsoSay: [hosts(7)],
    });
    seeDoor(wall);
    wall.judge();
    expect(wall.engine.board().headline.also).not.toContain('7 of 7 hosts still answer');
  });

  test('is said beside the root where that explains why the API refuses us', () => {
    const expired = nodeCheck('certificates/expired', {
      needs: { apiDoor: 'required' },
      explains: [{ checks: ['control-plane/api-answers'], when: (cause) => cause.level === 'bad' }],
      judge: (snapshot) => [
        {
          subject: { kind: 'Credential', name: 'wall' },
          level: snapshot.facts('apiDoor').get('api')?.outcome === 'ready' ? 'ok' : 'bad',
          say: say('our certificate expired'),
        },
      ],
    });
    const wall = wallWith(blinding, () => hosts(3), expired);
    wall.pass(16_000);
    seeDoor(wall, { outcome: 'unauthorized' });
    wall.judge();
    const { finding, also } = wall.engine.board().headline;
    expect(finding).toBe('certificates/expired|Credential/wall');
    expect(also[0]).toBe('3 of 3 hosts still answer');
  });

  test('is not said beside another root, nor where nothing is blind', () => {
    const wall = wallWith(apiAnswers, () => hosts(7));
    wall.pass(16_000);
    seeDoor(wall, { outcome: 'refused' });
    wall.judge();
    expect(wall.engine.board().headline.also).toEqual([]);
  });

  test('of several areas is said of services before registries', () => {
    const areaWith = (area: 'registry' | 'services', what: Say) => ({
      ...tile(area, ['apiDoor'], []),
      stillAnswers: () => what,
    });
    const still = ['the registry still answers', '14 of 14 services still answer'].map((words) => say(words));
    const tiles = [areaWith('registry', still[0]!), areaWith('services', still[1]!)];
    const wall = smallWall({ tiles: [tile('control-plane', ['apiDoor'], [blinding]), ...tiles] });
    wall.pass(16_000);
    seeDoor(wall, { outcome: 'refused' });
    wall.judge();
    expect(wall.engine.board().headline.alsoSay).toEqual(still.toReversed());
  });

  test('is left out where an area has nothing to say, and where it throws, which is told', () => {
    const blindWith = (stillAnswers: () => Say | null) => {
      const wall = wallWith(blinding, stillAnswers);
      wall.pass(16_000);
      seeDoor(wall, { outcome: 'refused' });
      wall.judge();
      return wall;
    };
    expect(blindWith(() => null).engine.board().headline.also).toEqual([]);
    const failing = blindWith(() => {
      throw new Error('no hosts');
    });
    expect(failing.engine.board().headline.also).toEqual([]);
    expect(failing.failures.join()).toContain('certificates: Error: no hosts');
  });
});
