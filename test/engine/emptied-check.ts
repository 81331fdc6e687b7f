import { defineCheck, type Check } from '#server/engine/define-check.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { say } from '#shared/say.ts';
import { node } from './small-wall.ts';

/** What the check below holds of a claim: how much it held, and what it lost. */
export interface Held {
  bytes: number;
  sample: string;
  lost?: { to: number; at: number; sure: boolean };
}

export const emptiedId = 'nodes/emptied|PersistentVolumeClaim/git/gitea-data';
export const emptiedSubject = 'git/gitea-data';

/** A claim `git/NAME` that holds so much by its sample of this name; a node stands in for it. */
export function claim(bytes: number, sample: string, name = 'gitea-data'): NodeFact {
  return node(name, 'True', { osImage: sample, capacity: { cpuCores: null, memoryBytes: bytes } });
}

/**
 * A small check that holds what it found until it is acknowledged: a claim of which less than a fifth is left is bad with the first
 * sample, and held from the second on.
 */
export function emptiedCheck(more: Partial<Check> = {}, version = 1): Check {
  const check = defineCheck<Record<never, never>, Held>({
    check: 'nodes/emptied',
    about: 'a claim lost its data',
    needs: { node: 'optional' },
    settings: {},
    latch: true,
    remembers: {
      version,
      subjects: (snapshot) => [...snapshot.facts('node').keys()].map((name) => `git/${name}`),
      remember(before, subject, snapshot) {
        const seen = snapshot.facts('node').get(subject.slice(4))!;
        const [bytes, sample] = [seen.capacity.memoryBytes ?? 0, seen.osImage];
        if (before === undefined) return { bytes, sample };
        if (before.sample === sample || before.lost?.sure === true) return before;
        if (bytes > before.bytes / 5) return { bytes, sample };
        const at = before.lost?.at ?? snapshot.now;
        return { bytes: before.bytes, sample, lost: { to: bytes, at, sure: before.lost !== undefined } };
      },
      keeps: ({ lost }) => lost !== undefined,
      acknowledged: ({ lost, bytes, sample }) => ({ bytes: lost?.to ?? bytes, sample }),
    },
    judge: (_, { memory }) =>
      [...memory].map(([subject, { bytes, lost }]) => {
        const [namespace = '', name = ''] = subject.split('/');
        const about = { kind: 'PersistentVolumeClaim', namespace, name };
        if (lost === undefined) return { subject: about, level: 'ok', say: say('fine'), sources: ['nodes'] };
        return {
          subject: about,
          level: 'bad',
          say: say('{name} lost its data: {bytes:bytes} to {to:bytes} at {at:at}', { name, bytes, ...lost, sure: '' }),
          evidence: [{ kind: 'text', say: say('{sure}', { sure: lost.sure ? 'seen twice' : 'seen once' }) }],
          steps: [{ say: 'Stop the backup', command: 'kubectl patch' }],
          startedAt: lost.at,
        };
      }),
  });
  return { ...check, ...more };
}
