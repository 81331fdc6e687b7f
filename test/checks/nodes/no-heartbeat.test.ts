import { describe, expect, test } from 'vitest';
import noHeartbeat from '#server/checks/nodes/no-heartbeat.ts';
import type { HeartbeatMemory } from '#server/checks/heartbeat-memory.ts';
import { aDoor, aLease } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode, goneQuiet, readyCondition } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';
import { heartbeatPlay, type HeartbeatPlay } from './heartbeat-play.ts';

const verdictOf = (play: HeartbeatPlay) => theVerdict(noHeartbeat, play.snapshot(), { memory: play.memory() });
const telling = (play: HeartbeatPlay) => {
  const verdict = verdictOf(play);
  return [verdict.level, sentence(verdict, play.now)];
};

function silentFor(silentMs: number, part: Partial<HeartbeatMemory> = {}): ReadonlyMap<string, HeartbeatMemory> {
  const silentFrom = noon - silentMs;
  return new Map([
    ['nuc0', { renewTime: 'beat 7', renewals: 2, seenAt: silentFrom, silentMs, silentFrom, judgedAt: noon, ...part }],
  ]);
}

const snapshot = aSnapshot({ nodes: [aNode()], leases: [aLease()] });

describe('heartbeats', () => {
  test('are unknown until two were seen, then fine', () => {
    const play = heartbeatPlay();
    expect(telling(play)).toEqual(['unknown', 'listening for heartbeats of nuc0: two must be heard first']);
    play.seconds(5);
    expect(telling(play)).toEqual(['unknown', 'listening for heartbeats of nuc0: two must be heard first']);
    play.seconds(10);
    expect(telling(play)).toEqual(['ok', 'last heartbeat of nuc0 3 s ago']);
    play.seconds(300);
    expect(verdictOf(play).level).toBe('ok');
  });

  test('of several nodes not yet known are one sentence, and those that are known are judged', () => {
    const names = ['nuc0', 'nuc1', 'nuc2'];
    const nodes = names.map((name) => aNode({ name }));
    const leases = names.map((node) => aLease({ node }));
    const verdicts = judged(noHeartbeat, aSnapshot({ nodes, leases }), { memory: silentFor(55_000) });
    expect(verdicts.map(({ subject, level }) => [subject.name, level])).toEqual([
      ['nuc0', 'bad'],
      ['leases', 'unknown'],
    ]);
    expect(sentence(verdicts[1]!)).toBe('listening for heartbeats of 2 nodes: two of each must be heard first');
  });

  test('that stop warn after 20 s and are bad after 35 s, by when we last saw one', () => {
    const play = heartbeatPlay();
    play.seconds(12);
    const seenAt = play.now;
    play.alive = false;
    play.seconds(19);
    expect(verdictOf(play).level).toBe('ok');
    play.seconds(1);
    expect(telling(play)).toEqual(['warn', 'nuc0 has sent no heartbeat for 20 s']);
    play.seconds(14);
    expect(verdictOf(play).level).toBe('warn');
    play.seconds(1);
    expect(telling(play)).toEqual(['bad', 'nuc0 has sent no heartbeat for 35 s']);
    expect(verdictOf(play).startedAt).toBe(seenAt);
    play.seconds(20);
    expect(telling(play)).toEqual(['bad', 'nuc0 has sent no heartbeat for 55 s']);
  });

  test('keep one sentence while the silence lasts: only its rendering goes on', () => {
    const play = heartbeatPlay();
    play.seconds(12);
    play.alive = false;
    play.seconds(40);
    const before = verdictOf(play);
    play.seconds(30);
    expect(verdictOf(play)).toEqual(before);
  });

  test('that come back are fine at once', () => {
    const play = heartbeatPlay();
    play.seconds(12);
    play.alive = false;
    play.seconds(60);
    play.alive = true;
    play.seconds(10);
    expect(verdictOf(play).level).toBe('ok');
  });

  test('have limits that can be set, to the ms', () => {
    const at = (silentMs: number, settings = {}) =>
      theVerdict(noHeartbeat, snapshot, { memory: silentFor(silentMs), settings }).level;
    expect([at(19_999), at(20_000), at(34_999), at(35_000)]).toEqual(['ok', 'warn', 'warn', 'bad']);
    expect([at(35_000, { warn: minute, bad: 2 * minute }), at(2 * minute, { warn: minute, bad: 2 * minute })]).toEqual([
      'ok',
      'bad',
    ]);
  });

  test('that stopped show what was seen last, and steps for the machine', () => {
    const verdict = theVerdict(noHeartbeat, snapshot, { memory: silentFor(55_000) });
    expect(evidenceOf(verdict)).toEqual(['last heartbeat seen 11:59', 'written by the node as beat 7']);
    expect(commandsOf(verdict)).toContain('systemctl status k3s-agent');
    const hostile = aSnapshot({
      nodes: [aNode({ name: '$(x)', internalIp: null })],
      leases: [aLease({ node: '$(x)' })],
    });
    const memory = new Map([['$(x)', silentFor(55_000).get('nuc0')]]);
    expect(commandsOf(theVerdict(noHeartbeat, hostile, { memory }))[0]).toBe("ping -c 3 '$(x)'");
  });
});

test('time in which nobody could see it is told apart: counted silence, and when it was seen last', () => {
  const verdict = theVerdict(noHeartbeat, snapshot, { memory: silentFor(40_000, { seenAt: noon - 90 * minute }) });
  expect(sentence(verdict)).toBe('nuc0 has sent no heartbeat for 40 s');
  expect(evidenceOf(verdict)[0]).toBe('last heartbeat seen 10:30');
});

describe('what cannot be judged', () => {
  test('a node without a lease is unknown', () => {
    const verdict = theVerdict(noHeartbeat, aSnapshot({ nodes: [aNode()] }), { memory: silentFor(0) });
    expect([verdict.level, sentence(verdict)]).toEqual(['unknown', 'nuc0 has no heartbeat to watch: it has no lease']);
  });

  test('a lease without a node says nothing', () => {
    expect(judged(noHeartbeat, aSnapshot({ leases: [aLease()] }))).toEqual([]);
  });

  test('a lease that was never renewed since we look stays unknown, and says for how long', () => {
    const play = heartbeatPlay();
    play.alive = false;
    play.seconds(90);
    expect(telling(play)).toEqual(['unknown', 'no heartbeat of nuc0 heard in the 1 min since we listen']);
  });

  test('a node that nothing is remembered of is unknown', () => {
    expect(theVerdict(noHeartbeat, snapshot).level).toBe('unknown');
  });
});

describe('an API that is not ready blames no node', () => {
  const notReady = { door: aDoor({ outcome: 'not-ready', failingParts: ['etcd'] }) };

  test('its fine nodes are unknown in one sentence for all', () => {
    const play = heartbeatPlay();
    play.seconds(15);
    play.parts = notReady;
    play.alive = false;
    play.seconds(60);
    const verdict = verdictOf(play);
    expect([verdict.subject, verdict.level]).toEqual([{ kind: 'Source', name: 'leases' }, 'unknown']);
    expect(sentence(verdict)).toBe('heartbeats of nodes cannot be judged while the API server is not ready');
  });

  test('a node that is heard over a watch that outlives our credentials goes on being fine', () => {
    const play = heartbeatPlay();
    play.seconds(15);
    play.parts = { door: aDoor({ outcome: 'unauthorized', status: 401 }) };
    play.seconds(60);
    expect(telling(play)).toEqual(['ok', 'last heartbeat of nuc0 3 s ago']);
    play.alive = false;
    play.seconds(16);
    expect(verdictOf(play).level).toBe('ok');
    play.seconds(1);
    expect([verdictOf(play).subject.kind, verdictOf(play).level]).toEqual(['Source', 'unknown']);
  });

  test('a node that was silent before stays on the wall as unknown', () => {
    const play = heartbeatPlay();
    play.seconds(12);
    play.alive = false;
    play.seconds(40);
    play.parts = notReady;
    play.seconds(5);
    const silent = verdictOf(play);
    expect([silent.subject.name, silent.level]).toEqual(['nuc0', 'unknown']);
    expect(sentence(silent)).toBe('nuc0 sent no heartbeat when the API server was last ready');
    play.parts = {};
    play.seconds(1);
    expect(verdictOf(play).level).toBe('bad');
  });

  test('without nodes there is nothing to say', () => {
    expect(judged(noHeartbeat, aSnapshot(notReady))).toEqual([]);
  });
});

describe('a silent node explains', () => {
  const snapshotOf = (Ready = goneQuiet()) =>
    aSnapshot({ nodes: [aNode({ conditions: { Ready } })], leases: [aLease()] });
  const notReadyOf = (name: string) => anEffect('nodes/not-ready', { subject: { kind: 'Node', name }, level: 'bad' });
  const cause = (silentMs: number, of = snapshotOf()) => theVerdict(noHeartbeat, of, { memory: silentFor(silentMs) });

  test('its NotReady if the node controller only misses the kubelet', () => {
    expect(explains(noHeartbeat, cause(55_000), notReadyOf('nuc0'), snapshotOf())).toBe(true);
    expect(explains(noHeartbeat, cause(25_000), notReadyOf('nuc0'), snapshotOf()), 'warned already').toBe(true);
    expect(explains(noHeartbeat, cause(5_000), notReadyOf('nuc0'), snapshotOf()), 'not silent').toBe(false);
    expect(explains(noHeartbeat, cause(55_000), notReadyOf('nuc1'), snapshotOf()), 'another node').toBe(false);
  });

  test('not if the kubelet itself said why', () => {
    const said = snapshotOf(
      readyCondition({ status: 'False', reason: 'KubeletNotReady', message: 'node is shutting down' }),
    );
    expect(explains(noHeartbeat, cause(55_000, said), notReadyOf('nuc0'), said)).toBe(false);
  });

  test('its kubelet not being seen', () => {
    const unseen = anEffect('storage/unseen', { subject: { kind: 'Source', name: 'kubelet/nuc0' }, level: 'unknown' });
    expect(explains(noHeartbeat, cause(55_000), unseen, snapshotOf())).toBe(true);
  });

  test('what its kubelet no longer measures, and not what it did', () => {
    const disk = anEffect('nodes/disk-full', { subject: { kind: 'Node', name: 'nuc0' }, level: 'unknown' });
    expect(explains(noHeartbeat, cause(55_000), disk, snapshotOf())).toBe(true);
    expect(explains(noHeartbeat, cause(55_000), { ...disk, level: 'bad' }, snapshotOf())).toBe(false);
    const other = { ...disk, subject: { kind: 'Node', name: 'nuc1' } };
    expect(explains(noHeartbeat, cause(55_000), other, snapshotOf())).toBe(false);
  });
});

test('memory is bounded and can be written as JSON', () => {
  const play = heartbeatPlay();
  play.seconds(25);
  const memory = play.memory().get('nuc0');
  expect(JSON.parse(JSON.stringify(memory))).toEqual(memory);
  expect(JSON.stringify(memory).length).toBeLessThan(250);
});
