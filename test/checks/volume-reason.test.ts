import { describe, expect, test } from 'vitest';
import type { RebootMemory } from '#server/checks/reboot-memory.ts';
import type { Loss } from '#server/checks/volume-loss.ts';
import { reasonOf } from '#server/checks/volume-reason.ts';
import type { Mount } from '#server/checks/volume-sample.ts';
import type { Moment } from '#shared/history.ts';
import { render } from '#shared/say.ts';
import { aLonghornReplica } from '#test/builders/backups.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { aPersistentVolume } from '#test/builders/storage.ts';
import { hour, minute, noon } from '#test/builders/time.ts';

const mount: Mount = {
  ...{ volume: 'pvc-gitea-data', claim: 'uid-claim', node: 'nuc0', boot: 'boot-1', kubelet: 'v1.36.4', pod: 'first' },
};
/** Measured on nuc0 with its data, and a minute later at noon without them. */
const loss: Loss = {
  fall: 'bytes',
  before: { at: noon - minute, bytes: 1.9e9, inodes: 40_000, mount },
  after: { at: noon, bytes: 32e6, inodes: 11, mount },
  now: { at: noon, bytes: 32e6, inodes: 11, mount },
  ...{ confirmedAt: null, quiet: false, told: { node: 'nuc0', at: noon } },
};

const moment = (kind: Moment['kind'], text: string, ago: number): Moment => ({ at: noon - ago, kind, text });
const reboot = (node: string, ago: number) => moment('reboot', `${node} rebooted`, ago);
const upgrade = moment('version', 'nuc0 kubelet v1.36.3 → v1.36.4', 20 * minute);

interface Told {
  moments?: readonly Moment[];
  remembered?: Record<string, Partial<RebootMemory>>;
  more?: Record<string, unknown[]>;
  of?: Loss;
}

function reason({ moments = [], remembered = {}, more = {}, of = loss }: Told): string {
  const boot: RebootMemory = { bootId: 'boot-2', seenAt: noon, rebootedAt: null, notBefore: null };
  const memories = new Map(Object.entries(remembered).map(([node, part]) => [node, { ...boot, ...part }]));
  const memoryOf = (check: string) => (check === 'nodes/rebooted' ? memories : new Map<string, unknown>());
  const oldestFirst = moments.toSorted((a, b) => a.at - b.at);
  const found = reasonOf(of, 'git/gitea-data', { memoryOf, moments: oldestFirst }, aSnapshot({ more }));
  return found === null ? '' : render({ template: found.words, values: found.values }, { now: noon, timeZone: 'UTC' });
}

describe('a reboot of a node that the pod does not run on', () => {
  test('is told where nothing nearer is known', () => {
    expect(reason({ moments: [reboot('nuc1', 10 * minute)] })).toBe(', after nuc1 rebooted');
    expect(reason({ moments: [reboot('nuc1', 10 * minute), upgrade] })).toBe(', after nuc0 was upgraded');
    expect(reason({ moments: [reboot('nuc1', 10 * minute), reboot('nuc0', hour)] })).toBe(', after nuc0 rebooted');
  });

  test('goes behind whatever happened to its own volume', () => {
    const replaced: Loss = { ...loss, after: { ...loss.after, mount: { ...mount, volume: 'pvc-another' } } };
    expect(reason({ of: replaced, moments: [reboot('nuc1', 10 * minute)] })).toBe(', after its volume was replaced');
  });

  test('is not told two hours later, nor of one that came after it was seen', () => {
    const within = (ago: number) => reason({ moments: [reboot('nuc1', ago)] });
    expect(within(2 * hour)).toBe(', after nuc1 rebooted');
    expect(within(2 * hour + 2 * minute)).toBe('');
    expect(within(-10 * minute)).toBe('');
  });

  test('is one of several within the hour, each counted once', () => {
    const both = [reboot('nuc1', 10 * minute), reboot('nuc2', 40 * minute)];
    expect(reason({ moments: both })).toBe(', after 2 nodes rebooted');
    expect(reason({ moments: [...both, reboot('nuc3', hour), reboot('nuc1', hour)] })).toBe(', after 3 nodes rebooted');
    expect(reason({ moments: [reboot('nuc1', 10 * minute), reboot('nuc2', 80 * minute)] })).toBe(
      ', after nuc1 rebooted',
    );
  });

  test('is remembered where the timeline lacks it', () => {
    const remembered = { nuc1: { rebootedAt: noon - 10 * minute }, nuc2: { rebootedAt: noon - 5 * hour }, nuc3: {} };
    expect(reason({ remembered })).toBe(', after nuc1 rebooted');
    expect(reason({ remembered, moments: [reboot('nuc1', 11 * minute)] })).toBe(', after nuc1 rebooted');
  });

  test('has nothing to do with a disk of one node', () => {
    const made = { is: 'local', driver: '', handle: '', server: '', path: '/data' } as const;
    const more = { persistentVolume: [aPersistentVolume({ made })] };
    expect(reason({ moments: [reboot('nuc1', 10 * minute)], more })).toBe('');
    expect(reason({ moments: [reboot('nuc0', 10 * minute)], more })).toBe(', after nuc0 rebooted');
  });
});

describe('a reboot of a node that holds replicas of the volume', () => {
  const replica = (node: string, volume = 'pvc-gitea-data') => aLonghornReplica({ name: `r-${node}`, volume, node });

  test('goes before versions, and before other nodes that rebooted', () => {
    const moments = [reboot('nuc1', 30 * minute), reboot('nuc7', 10 * minute), upgrade];
    const more = { longhornReplica: [replica('nuc0'), replica('nuc1'), replica('nuc7', 'pvc-other')] };
    expect(reason({ moments, more })).toBe(', after nuc1 rebooted');
  });

  test('is one of several', () => {
    const moments = [reboot('nuc1', 30 * minute), reboot('nuc2', 10 * minute), upgrade];
    expect(reason({ moments, more: { longhornReplica: [replica('nuc1'), replica('nuc2')] } })).toBe(
      ', after 2 nodes rebooted',
    );
  });

  test('goes behind that of its own node', () => {
    const moments = [reboot('nuc0', 30 * minute), reboot('nuc1', 10 * minute)];
    expect(reason({ moments, more: { longhornReplica: [replica('nuc1')] } })).toBe(', after nuc0 rebooted');
  });
});
