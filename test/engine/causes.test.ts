import { describe, expect, test } from 'vitest';
import type { Check, Explains } from '#server/engine/define-check.ts';
import { plainly, say } from '#shared/say.ts';
import {
  apiAnswers,
  node,
  nodeCheck,
  nodesTile,
  notReady,
  seeDoor,
  seeNodes,
  smallWall,
  tile,
  type SmallWall,
} from './small-wall.ts';

const found = (wall: SmallWall) =>
  Object.fromEntries(wall.engine.board().findings.map(({ id, cause, explains }) => [id, { cause, explains }]));

/** Explains findings of `checks` about the same node. */
function sameNode(...checks: string[]): Explains {
  return { checks, when: (cause, effect) => cause.subject.name === effect.subject.name };
}

function wallOf(...checks: Check[]) {
  return smallWall({ tiles: [nodesTile(...checks)] });
}

describe('causes', () => {
  test('an API that is blind explains every unknown, and the headline is its own', () => {
    const wall = smallWall({ tiles: [tile('control-plane', ['apiDoor'], [apiAnswers]), nodesTile()] });
    seeDoor(wall);
    seeNodes(wall, node('nuc0', 'False'), node('nuc1'));
    wall.judge();
    wall.pass(16_000);
    seeDoor(wall, { outcome: 'refused' });
    wall.judge();
    expect(found(wall)).toEqual({
      'control-plane/api-answers|Cluster/api': { cause: null, explains: 2 },
      'nodes/not-ready|Node/nuc0': { cause: 'control-plane/api-answers|Cluster/api', explains: 0 },
      'nodes/unseen|Source/nodes': { cause: 'control-plane/api-answers|Cluster/api', explains: 0 },
    });
    expect(wall.engine.board().headline).toMatchObject({
      level: 'bad',
      text: 'the API says refused, and 2 more because of it',
      finding: 'control-plane/api-answers|Cluster/api',
      also: [],
      counts: { bad: 1, warn: 0, unknown: 1 },
    });
  });

  test('chains keep the direct cause and count all that follows', () => {
    const wall = wallOf(
      nodeCheck('nodes/a', { explains: [sameNode('nodes/b')] }),
      nodeCheck('nodes/b', { explains: [sameNode('nodes/c')] }),
      nodeCheck('nodes/c'),
    );
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    expect(found(wall)).toEqual({
      'nodes/a|Node/nuc0': { cause: null, explains: 2 },
      'nodes/b|Node/nuc0': { cause: 'nodes/a|Node/nuc0', explains: 1 },
      'nodes/c|Node/nuc0': { cause: 'nodes/b|Node/nuc0', explains: 0 },
    });
    expect(Object.keys(found(wall))).toEqual(['nodes/a|Node/nuc0', 'nodes/b|Node/nuc0', 'nodes/c|Node/nuc0']);
  });

  test('that nothing more is known of what has failed is explained, and not counted', () => {
    const silent: Check = {
      ...nodeCheck('nodes/b'),
      judge: () => [{ subject: { kind: 'Node', name: 'nuc0' }, level: 'unknown', say: say('not told') }],
    };
    const wall = wallOf(nodeCheck('nodes/a', { explains: [sameNode('nodes/b')] }), silent);
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    expect(found(wall)).toEqual({
      'nodes/a|Node/nuc0': { cause: null, explains: 0 },
      'nodes/b|Node/nuc0': { cause: 'nodes/a|Node/nuc0', explains: 0 },
    });
  });

  test('a rule that says whom an effect is about is asked about nobody else', () => {
    const asked: string[] = [];
    const rule: Explains = {
      checks: ['nodes/not-ready'],
      about: ({ subject }) => (subject.name === 'nuc1' ? null : `Node/${subject.name}`),
      when: (cause, effect) => asked.push(`${cause.subject.name} ${effect.subject.name}`) > 0,
    };
    const wall = wallOf(nodeCheck('nodes/a', { explains: [rule] }), notReady);
    seeNodes(wall, node('nuc0', 'False'), node('nuc1', 'False'), node('nuc2', 'False'));
    wall.judge();
    expect(asked.toSorted()).toEqual(['nuc0 nuc0', 'nuc2 nuc2']);
    expect(found(wall)['nodes/not-ready|Node/nuc2']?.cause).toBe('nodes/a|Node/nuc2');
    expect(found(wall)['nodes/not-ready|Node/nuc1']?.cause).toBeNull();
  });

  test('the strongest counts, however it was found', () => {
    const about = ({ subject }: { subject: { name: string } }) => `Node/${subject.name}`;
    const byAbout: Explains = { ...sameNode('nodes/not-ready'), about };
    for (const [a, z] of [
      [byAbout, sameNode('nodes/not-ready')],
      [sameNode('nodes/not-ready'), byAbout],
      [byAbout, { ...byAbout, about: (effect: Parameters<typeof about>[0]) => about(effect) }],
    ]) {
      const wall = wallOf(nodeCheck('nodes/z', { explains: [z!] }), nodeCheck('nodes/a', { explains: [a!] }), notReady);
      seeNodes(wall, node('nuc0', 'False'));
      wall.judge();
      expect(found(wall)['nodes/not-ready|Node/nuc0']?.cause).toBe('nodes/a|Node/nuc0');
    }
  });

  test('what says the same of the same subject is explained, and not counted', () => {
    const wall = wallOf(
      nodeCheck('nodes/a', { explains: [{ ...sameNode('nodes/b'), noNews: true }] }),
      nodeCheck('nodes/b'),
    );
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    expect(found(wall)).toEqual({
      'nodes/a|Node/nuc0': { cause: null, explains: 0 },
      'nodes/b|Node/nuc0': { cause: 'nodes/a|Node/nuc0', explains: 0 },
    });
  });

  test('what says the same is not counted of what explains both', () => {
    const wall = wallOf(
      nodeCheck('nodes/a', { explains: [sameNode('nodes/b', 'nodes/c')] }),
      nodeCheck('nodes/b', { explains: [{ ...sameNode('nodes/c'), noNews: true }] }),
      nodeCheck('nodes/c'),
    );
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    expect(found(wall)).toEqual({
      'nodes/a|Node/nuc0': { cause: null, explains: 1 },
      'nodes/b|Node/nuc0': { cause: 'nodes/a|Node/nuc0', explains: 0 },
      'nodes/c|Node/nuc0': { cause: 'nodes/a|Node/nuc0', explains: 0 },
    });
  });

  test('what is unknown explains nothing, but that others of the same check are unknown, where it counts them in its words', () => {
    const say = plainly('not told');
    const first: Explains = {
      checks: ['nodes/*'],
      when: (cause, effect) => cause.subject.name === 'nuc0' && effect.subject.name !== 'nuc0',
    };
    const silent = (rule: Explains): Check => ({
      ...nodeCheck('nodes/a', { explains: [rule] }),
      judge: () => ['nuc0', 'nuc1'].map((name) => ({ subject: { kind: 'Node', name }, level: 'unknown', say })),
    });
    const causes = (rule: Explains) => {
      const wall = wallOf(silent(rule), nodeCheck('nodes/b'));
      seeNodes(wall, node('nuc0'), node('nuc1', 'False'));
      wall.judge();
      return Object.entries(found(wall)).map(([id, { cause, explains }]) => [id, cause, explains]);
    };
    expect(causes(first).map(([, cause]) => cause)).toEqual([null, null, null]);
    expect(causes({ ...first, countedInWords: true })).toEqual([
      ['nodes/b|Node/nuc1', null, 0],
      ['nodes/a|Node/nuc0', null, 0],
      ['nodes/a|Node/nuc1', 'nodes/a|Node/nuc0', 0],
    ]);
  });

  test('what a cause counts in its own words is not counted once more', () => {
    const others: Explains = { checks: ['nodes/a'], when: (cause, effect) => cause.subject.name < effect.subject.name };
    const headline = (rule: Explains) => {
      const wall = wallOf(nodeCheck('nodes/a', { explains: [rule] }));
      seeNodes(wall, node('nuc0', 'False'), node('nuc1', 'False'));
      wall.judge();
      expect(found(wall)['nodes/a|Node/nuc1']?.cause).toBe('nodes/a|Node/nuc0');
      return wall.engine.board().headline.text;
    };
    expect(headline(others)).toMatch(/, and 1 more because of it$/);
    expect(headline({ ...others, countedInWords: true })).not.toMatch(/more because of it/);
  });

  test('a circle is broken, always in the same place', () => {
    const a = nodeCheck('nodes/a', { explains: [sameNode('nodes/b')] });
    const b = nodeCheck('nodes/b', { explains: [sameNode('nodes/a')] });
    for (const checks of [
      [a, b],
      [b, a],
    ]) {
      const wall = wallOf(...checks);
      seeNodes(wall, node('nuc0', 'False'));
      wall.judge();
      expect(found(wall)).toEqual({
        'nodes/a|Node/nuc0': { cause: null, explains: 1 },
        'nodes/b|Node/nuc0': { cause: 'nodes/a|Node/nuc0', explains: 0 },
      });
    }
  });

  test('only subjects that the rule names are explained, and nothing explains itself', () => {
    const wall = wallOf(nodeCheck('nodes/a', { explains: [sameNode('nodes/*')] }), notReady);
    seeNodes(wall, node('nuc0', 'False'), node('nuc1', 'False'));
    wall.judge();
    expect(found(wall)['nodes/not-ready|Node/nuc1']?.cause).toBe('nodes/a|Node/nuc1');
    expect(found(wall)['nodes/a|Node/nuc1']?.cause).toBeNull();
  });

  test('of several causes the worst counts', () => {
    const mild = nodeCheck('nodes/a', {
      explains: [sameNode('nodes/not-ready')],
      judge: () => [{ subject: { kind: 'Node', name: 'nuc0' }, level: 'warn', say: { template: 'x', values: {} } }],
    });
    const wall = wallOf(mild, nodeCheck('nodes/z', { explains: [sameNode('nodes/not-ready')] }), notReady);
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    expect(found(wall)['nodes/not-ready|Node/nuc0']?.cause).toBe('nodes/z|Node/nuc0');
  });

  test('a cause that still waits counts at once when its effect counts', () => {
    const slow = nodeCheck('nodes/a', { for: () => 60_000, explains: [sameNode('nodes/not-ready')] });
    const wall = wallOf(slow, notReady);
    seeNodes(wall, node('nuc0'));
    wall.judge();
    seeNodes(wall, node('nuc0', 'False'));
    wall.pass(1_000, 'nodes');
    expect(found(wall)).toEqual({
      'nodes/a|Node/nuc0': { cause: null, explains: 1 },
      'nodes/not-ready|Node/nuc0': { cause: 'nodes/a|Node/nuc0', explains: 0 },
    });
  });

  test('an effect on something else that still waits counts at once when its bad cause counts, one on the same waits on', () => {
    const slow = nodeCheck('nodes/a', { for: () => 60_000 });
    const rule = (same: boolean): Explains => ({
      checks: ['nodes/a'],
      when: (cause, effect) => (cause.subject.name === effect.subject.name) === same,
    });
    for (const [same, expected] of [
      [false, ['nodes/a|Node/nuc0', 'nodes/a|Node/nuc1', 'nodes/b|Node/nuc0', 'nodes/b|Node/nuc1']],
      [true, ['nodes/b|Node/nuc0', 'nodes/b|Node/nuc1']],
    ] as const) {
      const wall = wallOf(slow, nodeCheck('nodes/b', { explains: [rule(same)] }));
      seeNodes(wall, node('nuc0'), node('nuc1'));
      wall.judge();
      seeNodes(wall, node('nuc0', 'False'), node('nuc1', 'False'));
      wall.pass(1_000, 'nodes');
      expect(Object.keys(found(wall)).toSorted()).toEqual(expected);
    }
  });

  test('a cause that waits and explains nothing that counts goes on waiting', () => {
    const slow = nodeCheck('nodes/a', { for: () => 60_000, explains: [sameNode('nodes/b')] });
    const wall = wallOf(slow, nodeCheck('nodes/b', { for: () => 60_000 }));
    seeNodes(wall, node('nuc0'));
    wall.judge();
    seeNodes(wall, node('nuc0', 'False'));
    wall.pass(1_000, 'nodes');
    expect(found(wall)).toEqual({});
  });

  test('what the configuration ignores explains nothing', () => {
    const wall = smallWall({
      tiles: [nodesTile(nodeCheck('nodes/a', { explains: [sameNode('nodes/not-ready')] }), notReady)],
      config: { ignore: [{ check: 'nodes/a', subject: '*' }] },
    });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    expect(found(wall)).toEqual({ 'nodes/not-ready|Node/nuc0': { cause: null, explains: 0 } });
  });

  test('a rule that throws explains nothing and is told once', () => {
    const rule: Explains = {
      checks: ['*'],
      when: () => {
        throw new Error('rule');
      },
    };
    const wall = wallOf(nodeCheck('nodes/a', { explains: [rule] }), notReady);
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    wall.pass(1_000, 'nodes');
    expect(Object.values(found(wall)).map(({ cause }) => cause)).toEqual([null, null]);
    expect(wall.failures).toEqual(['nodes/a: Error: rule']);
  });

  test('an explained finding still colours its own tile', () => {
    const wall = smallWall({
      tiles: [
        {
          ...tile(
            'control-plane',
            ['apiDoor'],
            [{ ...apiAnswers, explains: [{ checks: ['nodes/*'], when: () => true }] }],
          ),
        },
        nodesTile(),
      ],
    });
    seeDoor(wall, { outcome: 'refused' });
    seeNodes(wall, node('nuc0', 'False'));
    wall.judge();
    expect(
      wall.engine
        .board()
        .tiles.slice(0, 2)
        .map(({ level }) => level),
    ).toEqual(['bad', 'bad']);
  });
});
