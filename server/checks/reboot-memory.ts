import type { Snapshot } from '#server/engine/snapshot.ts';
import { eventsAbout, seenAt } from './events-about.ts';
import { nodeSubject } from './subjects.ts';

/** What is remembered of a node's boots. Times epoch ms of our own clock but where an event tells one. */
export interface RebootMemory {
  /** Another one after each boot; "" until the node has told one. */
  bootId: string;
  /** When this was last seen to be its boot ID, in steps of 15 s: it is kept on disk. */
  seenAt: number;
  /** When it rebooted last, at the latest; null if that was not seen. */
  rebootedAt: number | null;
  /** When it had not rebooted yet, where nobody watched between this and `rebootedAt`; else null. */
  notBefore: number | null;
}

const stepMs = 15_000;
// While a node boots its old boot ID is still listed: what is longer is the wall that was off, or the API that was away.
const nobodyWatchedMs = 60_000;

/** What to remember of the boots of a node now. Pure; at most 300 bytes a node. */
export function rememberReboot(before: RebootMemory | undefined, name: string, snapshot: Snapshot): RebootMemory {
  const { now } = snapshot;
  const node = snapshot.facts('node').get(name);
  const bootId = (node?.bootId ?? '').slice(0, 128);
  const first = { bootId, seenAt: now, rebootedAt: null, notBefore: null };
  if (before === undefined) return first;
  if (node === undefined || bootId === '' || snapshot.sources.get(node.source)?.fresh !== true) return before;
  if (before.bootId === '') return first;
  const same = before.bootId === bootId;
  // After a start of ours the events may come later than the nodes.
  const told = same && before.notBefore === null ? null : toldAt(name, bootId, snapshot);
  if (told !== null) return { bootId, seenAt: now, rebootedAt: told, notBefore: null };
  // A clock that was set back must not hold it in the future.
  if (same) return Math.abs(now - before.seenAt) < stepMs ? before : { ...before, seenAt: now };
  const unwatched = now - before.seenAt > nobodyWatchedMs;
  return { bootId, seenAt: now, rebootedAt: now, notBefore: unwatched ? before.seenAt : null };
}

/** When its kubelet came back with this boot ID by its own word (it is kept for an hour), null if there is none. */
function toldAt(name: string, bootId: string, snapshot: Snapshot): number | null {
  const event = eventsAbout(snapshot, nodeSubject(name)).find(
    ({ reason, message }) => reason === 'Rebooted' && message.includes(bootId),
  );
  const at = event === undefined ? 0 : (event.firstAt ?? seenAt(event));
  return at > 0 && at <= snapshot.now ? at : null;
}
