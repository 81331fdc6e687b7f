import type { ServerResponse } from 'node:http';
import { describe, expect, test } from 'vitest';
import { aPod } from '#test/builders/facts.ts';
import { aContainer, anEnd } from '#test/builders/workloads.ts';
import { crashed, logPlay, refuseLog } from './log-play.ts';

const gone = 'previous terminated container "web" in pod "a" not found';
const refused = 'pods "a" is forbidden: User "wall" cannot get resource "pods/log" in API group ""';

describe('the log of a crashed container', () => {
  test.each(['http', 'https', 'h2'] as const)('is fetched over %s with its last twenty lines', async (protocol) => {
    const play = await logPlay({}, protocol);
    play.answer((_, answering) => answering.end('starting\n\u001b[31mFATAL\u001b[0m password=hunter2\n'));
    play.pods(crashed('a'), aPod({ name: 'fine' }));
    await play.until('it is there', () => play.facts().length === 1);
    expect(play.facts()).toEqual([
      {
        key: 'default/a/web',
        uid: 'uid-default-a',
        source: 'crash-logs',
        namespace: 'default',
        pod: 'a',
        container: 'web',
        restarts: 1,
        lines: ['starting', 'FATAL password=***'],
        problem: '',
        fetchedAt: expect.any(Number) as number,
      },
    ]);
    const [{ namespace, pod, query } = { namespace: '', pod: '', query: new URLSearchParams() }] = play.asked;
    expect([namespace, pod]).toEqual(['default', 'a']);
    expect(Object.fromEntries(query)).toEqual({
      container: 'web',
      previous: 'true',
      tailLines: '20',
      limitBytes: '327680',
    });
    await play.until('it is synced', () => play.state() === 'synced' && play.fresh());
    expect(play.right()).toMatchObject({ granted: true, required: false });
  });

  test('is fetched once for each run, and anew after the next', async () => {
    const play = await logPlay();
    const ended = anEnd({ finishedAt: 5_000 });
    const inState = (state: ReturnType<typeof aContainer>['state'], restarts: number, last = ended) =>
      aPod({ name: 'a', containers: [aContainer({ state, restarts, last })] });
    play.pods(inState({ is: 'terminated', ...ended }, 1));
    await play.until('it is there', () => play.facts().length === 1);
    expect(play.asked[0]?.query.has('previous')).toBe(false);
    play.pods(inState({ is: 'waiting', reason: 'CrashLoopBackOff', message: '' }, 1));
    play.pods(inState({ is: 'running', startedAt: 6_000 }, 2));
    play.pods(inState({ is: 'terminated', ...anEnd({ finishedAt: 7_000 }) }, 2));
    await play.until('the next is there', () => play.facts()[0]?.restarts === 2);
    expect(play.asked).toHaveLength(2);
  });

  test('is gone with its pod, and is not mistaken for that of another pod of the same name', async () => {
    const play = await logPlay();
    play.pods(crashed('a'), crashed('b'));
    await play.until('both are there', () => play.facts().length === 2);
    play.answer(() => undefined);
    play.pods({ ...crashed('a'), uid: 'another' });
    await play.until('neither is there', () => play.facts().length === 0);
    play.answer((_, answering) => answering.end('of another\n'));
    await play.until('that of the other is there', () => play.linesOf('default/a/web')?.[0] === 'of another');
  });

  test('of any size is read no further than its limit', async () => {
    const play = await logPlay({ mostBytes: 50_000 });
    let closed = false;
    play.answer((_, answering) => {
      const flood = setInterval(() => answering.write('x'.repeat(20_000)), 1);
      answering.once('close', () => {
        closed = true;
        clearInterval(flood);
      });
    });
    play.pods(crashed('a'));
    await play.until('it is there', () => play.facts().length === 1);
    expect(play.linesOf('default/a/web')).toEqual([`${'x'.repeat(299)}…`]);
    await play.until('the rest is not read', () => closed);
  });

  test('that was deleted is told to be gone, and not asked for again', async () => {
    const play = await logPlay();
    play.answer((_, answering) => refuseLog(answering, 400, gone));
    play.pods(crashed('a'));
    await play.until('it is told', () => play.facts().length === 1);
    expect(play.facts()[0]).toMatchObject({ lines: [], problem: 'the log is gone' });
    const sentinel = crashed('b');
    play.pods(crashed('a'), sentinel);
    await play.until('another is told', () => play.facts().length === 2);
    expect(play.asked.map(({ pod }) => pod)).toEqual(['a', 'b']);
    expect(play.state()).toBe('synced');
  });

  test('whose node is silent says so, is asked for again, and hurts no other', async () => {
    const play = await logPlay();
    let silent = true;
    play.answer(({ pod }, answering) => {
      if (pod === 'a' && silent) refuseLog(answering, 500, 'Get "https://192.168.1.12:10250": dial tcp: i/o timeout');
      else answering.end(`${pod} crashed\n`);
    });
    play.pods(crashed('a', 1, 1), crashed('b', 1, 2));
    await play.until('b is there', () => play.linesOf('default/b/web')?.length === 1);
    expect(play.facts().find(({ pod }) => pod === 'a')?.problem).toContain('the log cannot be had now: 500');
    expect(play.state()).toBe('synced');
    silent = false;
    await play.until('a is there', () => play.linesOf('default/a/web')?.length === 1);
    expect(play.facts().find(({ pod }) => pod === 'a')?.problem).toBe('');
  });

  test('that does not come to its end within the limit is given up', async () => {
    const play = await logPlay({ answerMs: 60 });
    play.answer((_, answering) => void answering.write('begun\n'));
    play.pods(crashed('a'));
    await play.until('it is told', () => play.facts().length === 1);
    expect(play.facts()[0]?.problem).toContain('no answer within 0.06 s');
  });
});

describe('the feed of crash logs', () => {
  test('asks for two at once, newest crash first, and keeps so many', async () => {
    const play = await logPlay({ most: 5 });
    const waiting: { pod: string; answering: ServerResponse }[] = [];
    let most = 0;
    play.answer(({ pod }, answering) => {
      waiting.push({ pod, answering });
      most = Math.max(most, waiting.length);
    });
    play.pods(...Array.from({ length: 30 }, (_, i) => crashed(`p${i}`, 1, 30 - i)));
    await play.until('two are asked for', () => waiting.length === 2);
    for (const pod of ['p29', 'p28', 'p27', 'p26', 'p25']) {
      await play.until(`${pod} is asked for`, () => waiting.some((each) => each.pod === pod));
      const [next] = waiting.splice(
        waiting.findIndex((each) => each.pod === pod),
        1,
      );
      next?.answering.end('x\n');
    }
    await play.until('five are there', () => play.facts().length === 5);
    expect(most).toBe(2);
    expect(play.asked.map(({ pod }) => pod)).toEqual(['p29', 'p28', 'p27', 'p26', 'p25']);
  });

  test('is fresh as long as pods are, where nothing has crashed', async () => {
    const play = await logPlay();
    expect(play.state()).toBe('syncing');
    play.pods(aPod({ name: 'fine' }));
    await play.until('it is synced', () => play.state() === 'synced' && play.fresh());
    play.store.state('pods', 'unreachable', 'gone');
    await play.until('it is stale', () => play.state() === 'stale' && !play.fresh());
    play.pods(aPod({ name: 'fine' }));
    await play.until('it is synced again', () => play.state() === 'synced' && play.fresh());
  });

  test('asks once whether it may read logs where nothing has crashed, and reads none for it', async () => {
    const play = await logPlay();
    let allowed = false;
    play.answer(({ pod }, answering) =>
      allowed ? refuseLog(answering, 404, `pods "${pod}" not found`) : refuseLog(answering, 503, 'not now'),
    );
    play.pods(aPod({ name: 'fine' }));
    await play.until('it is not known', () => play.state() === 'failing');
    expect(play.right()).toBeUndefined();
    allowed = true;
    await play.until('it is known', () => play.state() === 'synced' && play.right()?.granted === true);
    const before = play.asked.length;
    expect(new Set(play.asked.map(({ pod }) => pod))).toEqual(new Set(['clusterwall-asks-whether-it-may-read-logs']));
    play.pods(aPod({ name: 'fine' }), aPod({ name: 'finer' }), crashed('a'));
    await play.until('a log is had', () => play.asked.some(({ pod }) => pod === 'a'));
    expect(play.asked).toHaveLength(before + 1);
    expect(
      play
        .facts()
        .map(({ pod }) => pod)
        .filter((pod) => pod !== 'a'),
    ).toEqual([]);
  });

  test('that is forbidden says so before anything has crashed', async () => {
    const play = await logPlay();
    play.answer((_, answering) => refuseLog(answering, 403, refused));
    play.pods(aPod({ name: 'fine' }));
    await play.until('it is forbidden', () => play.state() === 'forbidden' && play.right()?.granted === false);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(play.asked).toHaveLength(1);
  });

  test('that is forbidden says so with the rule to add, and looks again when the credentials are others', async () => {
    const play = await logPlay({ forbiddenMs: 100 });
    let allowed = false;
    play.answer((_, answering) => (allowed ? answering.end('x\n') : refuseLog(answering, 403, refused)));
    play.pods(crashed('a'), crashed('b'));
    await play.until('it is forbidden', () => play.state() === 'forbidden');
    expect(play.right()).toMatchObject({
      feed: 'crash-logs',
      granted: false,
      required: false,
      rule: { group: '', resource: 'pods/log', verbs: ['get'] },
      message: `403 Forbidden: ${refused}`,
    });
    expect(play.facts()).toEqual([]);
    allowed = true;
    // Even if what was refused is no more.
    play.pods(aPod({ name: 'fine' }));
    await play.until('it is granted', () => play.right()?.granted === true && play.state() === 'synced');
  });

  test('keeps what it has while the API is blind, and asks nothing', async () => {
    const play = await logPlay();
    play.pods(crashed('a'));
    await play.until('it is there', () => play.facts().length === 1 && play.state() === 'synced');
    play.gate.set(false, 'the API is blind');
    await play.until('it is stale', () => play.state() === 'stale');
    play.pods(crashed('a'), crashed('b'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(play.asked).toHaveLength(1);
    expect(play.facts()).toHaveLength(1);
    play.gate.set(true, '');
    await play.until('the other is there', () => play.facts().length === 2 && play.state() === 'synced');
  });

  test('whose API is gone says so, and goes on when it is back', async () => {
    const play = await logPlay();
    play.answer((_, answering) => void answering.destroy());
    play.pods(crashed('a'), crashed('b'));
    await play.until('it says so', () => play.state() === 'unreachable');
    play.answer((_, answering) => answering.end('x\n'));
    await play.until('both are there', () => play.facts().length === 2 && play.state() === 'synced');
  });

  test('switched off asks nothing more, and nothing of it is left; switched on it begins anew', async () => {
    const play = await logPlay();
    play.pods(crashed('a'));
    await play.until('it is there', () => play.facts().length === 1);
    let cut = false;
    play.answer((_, answering) => void answering.once('close', () => (cut = true)));
    play.pods(crashed('a'), crashed('b'));
    await play.until('the next is on its way', () => play.asked.length === 2);
    play.logs.show(false);
    expect(play.facts()).toEqual([]);
    expect(play.state()).toBe('none');
    expect(play.right()).toBeUndefined();
    await play.until('its request is cut', () => cut);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(play.asked).toHaveLength(2);
    play.answer((_, answering) => answering.end('x\n'));
    play.logs.show(true);
    play.logs.show(true);
    await play.until('both are there', () => play.facts().length === 2 && play.state() === 'synced');
    expect(play.asked).toHaveLength(4);
  });
});
