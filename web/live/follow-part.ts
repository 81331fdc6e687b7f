import type { Answer } from './doors.ts';
import { Followed } from './followed.svelte.ts';

// Several parts of the past change at once, and none of them is urgent.
const pauseMs = 5_000;

/** Follows a door of which one part of the answer is wanted. */
export function followPart<A, T>(ask: () => Promise<Answer<A>>, take: (answer: A) => T): Followed<T> {
  return new Followed<T>(async () => {
    const answer = await ask();
    return answer.ok ? { ok: true, value: take(answer.value) } : answer;
  }, pauseMs);
}
