import type { Snapshot } from '#server/engine/snapshot.ts';
import { say, type Say } from '#shared/say.ts';
import { ranMs } from './container-end.ts';
import type { Crash, CrashStage } from './crash.ts';
import { exitWords, neverRan, startWords } from './exit-words.ts';
import type { FatalHint } from './fatal-hint.ts';
import { probeKill } from './probe-kill.ts';
import { shorten } from './shorten.ts';

/** How a container fails: it ends with an error, cannot be started, is ended for its probe, or ends well though it should go on. */
type Manner = 'crashes' | 'cannot-start' | 'probe' | 'ends';

/** What the wall says of one crashing container as the first of several. */
export interface CrashTold {
  stage: CrashStage;
  manner: Manner;
  /** After the colon: `exit code 1`, `its liveness probe fails`. */
  why: string;
}

/** Verbs by stage: of one, and of several pods. `{at:age}` is when the last run ended. */
const verbs: Record<Exclude<CrashStage, 'recovers'>, Record<Manner, readonly [one: string, many: string]>> = {
  loops: {
    crashes: ['crashes', 'crash'],
    'cannot-start': ['cannot start', 'cannot start'],
    probe: ['is killed again and again', 'are killed again and again'],
    ends: ['ends again and again', 'end again and again'],
  },
  once: {
    crashes: ['crashed {at:age} ago', 'crashed, the last {at:age} ago'],
    'cannot-start': ['cannot start', 'cannot start'],
    probe: ['was killed {at:age} ago', 'were killed, the last {at:age} ago'],
    ends: ['ended {at:age} ago', 'ended, the last {at:age} ago'],
  },
};

/** How and why, as far as its end and events tell. */
export function crashTold(snapshot: Snapshot, { stage, pod, container, end }: Crash): CrashTold {
  const { state } = container;
  const cannotStart = state?.is === 'waiting' && state.reason === 'RunContainerError';
  if (cannotStart) return { stage, manner: 'cannot-start', why: startWords(state.message) };
  if (end === null) return { stage, manner: 'crashes', why: exitWords({ exitCode: null }) };
  if (neverRan(end)) return { stage, manner: 'cannot-start', why: startWords(end.message) };
  const kill = probeKill(snapshot, pod, end);
  if (kill !== null) return { stage, manner: 'probe', why: `its ${kill.probe} probe fails` };
  if (end.exitCode !== 0) return { stage, manner: 'crashes', why: exitWords(end) };
  // What lasts for a moment only was perhaps meant to be a Job.
  const atOnce = ranMs(end) < atOnceMs ? ' at once' : '';
  return { stage, manner: 'ends', why: `exit code 0${atOnce}, though it should go on` };
}

const atOnceMs = 10_000;

/** What a sentence about crashes counts. */
export interface CrashCounts {
  name: string;
  /** Pods that crash, of so many. */
  count: number;
  total: number;
  restarts: number;
  /** When the last run ended (epoch ms), null where it is not said. */
  endedAt: number | null;
  /** Since when the youngest runs again (epoch ms), null where it does not or it is not said. */
  runsSince: number | null;
  /** Named where a pod has several. */
  container: string;
}

/** The sentence: `web: 3 of 4 pods crash: exit code 1, 12 restarts`. A known fatal line comes before the exit code. */
export function crashSentence(told: CrashTold, hint: FatalHint | null, counts: CrashCounts): Say {
  const { name, count, total, restarts, container } = counts;
  const one = total <= 1;
  const all = total === 2 ? 'both' : 'all {total}';
  const who = one ? '{name} ' : count === total ? `{name}: ${all} pods ` : '{name}: {count} of {total} pods ';
  const words = restarts === 0 ? '' : restarts === 1 ? ', 1 restart' : ', {restarts} restarts';
  const where = container === '' ? '' : ', container {container}';
  const counted = told.stage === 'recovers' ? where : `${where}${words}`;
  // Of a container that cannot start or is ended from outside its log tells nothing.
  const hinted = hint !== null && (told.manner === 'crashes' || told.manner === 'ends');
  const reason = hinted ? `: {hint} ({why}${counted})` : `: {why}${counted}`;
  return say(`${who}${verb(told, one, counts)}${reason}`, {
    ...{ name: shorten(name, 60), count, total, restarts, why: told.why },
    ...(container === '' ? {} : { container: shorten(container, 60) }),
    ...(counts.endedAt === null ? {} : { at: counts.endedAt }),
    ...(counts.runsSince === null ? {} : { since: counts.runsSince }),
    ...(hinted ? { hint: hint.words } : {}),
  });
}

function verb({ stage, manner }: CrashTold, one: boolean, { runsSince, endedAt, restarts }: CrashCounts): string {
  if (stage === 'recovers') {
    const since = runsSince === null ? '' : ' for {since:age}';
    return `${one ? 'runs' : 'run'} again${since}, after ${restarts === 1 ? '1 restart' : '{restarts} restarts'}`;
  }
  const words = verbs[stage][manner][one ? 0 : 1];
  return endedAt === null ? words.replace(/,? (?:the last )?\{at:age\} ago/, '') : words;
}
