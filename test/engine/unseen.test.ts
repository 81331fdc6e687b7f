import { describe, expect, test } from 'vitest';
import type { SourceView } from '#server/engine/snapshot.ts';
import { unseenCheck, unseenRun } from '#server/engine/unseen.ts';
import { sentence } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { hour, noon } from '#test/builders/time.ts';

/** What is said of a source of nodes that so many subjects are missing. */
function told(name: string, subjects: string[], part: Partial<SourceView> = {}): string[] {
  const silent = { fresh: false, state: 'stale' as const, freshAt: noon - hour, reason: 'connection refused', ...part };
  const snapshot = aSnapshot({ sources: { [name]: silent } });
  const run = unseenRun(unseenCheck('nodes'), 'nodes', new Map([[name, new Set(subjects)]]), snapshot, false);
  return run.verdicts.raw.map((verdict) => sentence(verdict));
}

describe('what cannot be seen of a kubelet', () => {
  test('is told in the words of the owner, and is no number of anything', () => {
    expect(told('kubelet/nuc0', ['Node/nuc0'])).toEqual([
      'disk and memory of nuc0 not seen since 11:00: connection refused',
    ]);
    expect(told('kubelet/nuc0', [], { freshAt: null })).toEqual([
      'disk and memory of nuc0 not seen since the wall started: connection refused',
    ]);
  });
});

test('what cannot be seen of a kind is told with its number', () => {
  expect(told('nodes', ['Node/nuc0', 'Node/nuc1'])).toEqual(['2 nodes not seen since 11:00: connection refused']);
});

test('what was last seen before our start is told with that time, where it is known', () => {
  const never = { fresh: false, state: 'syncing' as const, freshAt: null, reason: 'the API refuses our credentials' };
  const snapshot = aSnapshot({ sources: { nodes: never, leases: never } });
  const unseen = new Map([
    ['nodes', new Set<string>()],
    ['leases', new Set<string>()],
  ]);
  const keptAt = (source: string) => (source === 'nodes' ? noon - hour : null);
  const run = unseenRun(unseenCheck('nodes'), 'nodes', unseen, snapshot, true, keptAt);
  expect(run.verdicts.raw.map((verdict) => [sentence(verdict), verdict.startedAt])).toEqual([
    ['nodes not seen since 11:00: the API refuses our credentials', noon - hour],
    ['node heartbeats not seen yet: the API refuses our credentials', undefined],
  ]);
});
