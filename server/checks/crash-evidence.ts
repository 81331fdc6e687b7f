import type { Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ContainerFact } from '#server/facts/container.ts';
import type { CrashLogFact } from '#server/facts/crash-log.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { ranMs } from './container-end.ts';
import type { Crash } from './crash.ts';
import { exitWords } from './exit-words.ts';
import { namedPods } from './named-pods.ts';
import { probeKill } from './probe-kill.ts';
import { shorten } from './shorten.ts';

type Evidence = NonNullable<Verdict['evidence']>;

/** A container that ended, and how. */
type Ended = Pick<Crash, 'pod' | 'container' | 'end'>;

const none: readonly string[] = [];
const telling = /\b(?:panic|fatal|error|exception|critical|cannot|can't|could not|unable|failed|denied|refused)\b/i;

/** What the container wrote before it ended, undefined where its log is not to be had. It may be of the run before that. */
export function crashLogOf(snapshot: Snapshot, { pod, container }: Ended): CrashLogFact | undefined {
  const log = snapshot.facts('crashLog').get(`${pod.namespace}/${pod.name}/${container.name}`);
  return log === undefined || log.lines.length === 0 ? undefined : log;
}

/** What a container left behind to find a known fatal line in: its log, else its own message of its end. */
export function lastWords(snapshot: Snapshot, crash: Ended): readonly string[] {
  const log = crashLogOf(snapshot, crash);
  if (log !== undefined) return log.lines;
  const message = crash.end?.message ?? '';
  return message === '' ? none : message.split('\n');
}

/**
 * The evidence of one crashing container, what says most first: how its run ended, the most telling lines of its log, why
 * it was ended, what it said of its end, and the whole log at last. `fatal` is the line of a known fatal error, -1 for none.
 */
export function crashEvidence(snapshot: Snapshot, crashes: readonly Ended[], told: Ended, fatal: number): Evidence {
  const { whole } = logEvidence(crashLogOf(snapshot, told)?.lines ?? none, fatal);
  return [...crashReason(snapshot, crashes, told, fatal), ...whole];
}

/** The same without the whole log: for what follows from a crash. */
export function crashReason(snapshot: Snapshot, crashes: readonly Ended[], told: Ended, fatal: number): Evidence {
  const { end, pod, container } = told;
  const log = logEvidence(crashLogOf(snapshot, told)?.lines ?? none, fatal);
  const kill = end === null ? null : probeKill(snapshot, pod, end);
  const pods = [...new Set(crashes.map((crash) => crash.pod))];
  const waits = waitsFor(container);
  const messages = [kill?.message ?? '', end?.message ?? '', waits].map((text) => shorten(text, 1_000));
  return [
    ...(end === null ? [] : [{ kind: 'value' as const, say: endSay(told) }]),
    ...log.telling,
    ...messages.filter((text) => text !== '').map((text) => ({ kind: 'text' as const, say: plainly(text) })),
    ...(pods.length > 1 ? [{ kind: 'text' as const, say: namedPods(pods) }] : []),
  ];
}

/** Why the runtime cannot start it now. That it waits for its next try after a crash goes without saying. */
function waitsFor({ state }: ContainerFact): string {
  return state?.is === 'waiting' && state.reason !== 'CrashLoopBackOff' ? state.message : '';
}

function endSay({ container, end }: Ended): Say {
  const { name, restarts } = container;
  const values = { name: shorten(name, 60), restarts, code: end === null ? '' : exitWords(end) };
  const at = end?.finishedAt ?? null;
  const ran = end === null ? 0 : ranMs(end);
  const how = ran > 0 ? '{name} ran for {ran:duration} and ended' : '{name} ended';
  const times = restarts === 0 ? '' : restarts === 1 ? ', 1 restart' : ', {restarts} restarts';
  return say(`${how}${at === null ? '' : ' at {at:at}'}: {code}${times}`, {
    ...values,
    ...(at === null ? {} : { at }),
    ...(ran > 0 ? { ran } : {}),
  });
}

/** The lines of a log as evidence: those that say most, and the whole where that is more. */
interface LogEvidence {
  telling: Evidence;
  whole: Evidence;
}

const kept = new WeakMap<readonly string[], LogEvidence>();

function logEvidence(lines: readonly string[], fatal: number): LogEvidence {
  // Lines say the same each second; `fatal` is worked out of them.
  const before = kept.get(lines);
  if (before !== undefined) return before;
  const best = tellingLines(lines, fatal);
  const isMore = lines.length > best.length;
  const whole = isMore ? [{ kind: 'text' as const, say: say('its last lines in full:') }, ...logLines(lines)] : [];
  const evidence = { telling: logLines(best), whole };
  kept.set(lines, evidence);
  return evidence;
}

/** A line as it was written, without colours and without what could make it read other than it is. */
function logLine(line: string): string {
  const plain = line.slice(0, 400).replaceAll(/\u001b\[[\d;?]{0,20}[A-Za-z]/g, '');
  return plain.replaceAll(/[\p{Cc}\p{Cf}\p{Cs}]/gu, ' ').trimEnd();
}

function logLines(lines: readonly string[]): Evidence {
  return lines.map((line) => ({ kind: 'log' as const, say: plainly(logLine(line)) }));
}

// Beside the measured value, what a wall has room for.
const mostTelling = 2;

/** The two lines that say most, in their order: the fatal one, then the last with a word of failure, then the last of all. */
function tellingLines(lines: readonly string[], fatal: number): string[] {
  const weigh = (line: string, i: number) => (i === fatal ? 2 : 0) + (telling.test(line.slice(0, 400)) ? 1 : 0);
  const written = lines
    .map((line, i) => ({ line, i, weight: weigh(line, i) }))
    .filter(({ line }) => line.trim() !== '');
  return written
    .sort((a, b) => b.weight - a.weight || b.i - a.i)
    .slice(0, mostTelling)
    .sort((a, b) => a.i - b.i)
    .map(({ line }) => line);
}
