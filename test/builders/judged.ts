import { deepStrictEqual, ok } from 'node:assert/strict';
import type { Check, Effect, Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { TrendPoint } from '#server/history/history.ts';
import { findingId } from '#shared/finding.ts';
import type { Moment } from '#shared/history.ts';
import { render, type Say } from '#shared/say.ts';
import type { Area } from '#shared/area.ts';
import { noon } from './time.ts';

/** What a check is judged with beside the snapshot; settings not given have their defaults. */
export interface JudgeWith {
  settings?: Record<string, number>;
  memory?: ReadonlyMap<string, unknown>;
  /** What other checks remember, by their name. */
  memories?: Record<string, ReadonlyMap<string, unknown>>;
  moments?: readonly Moment[];
  /** Averages of five minutes by series. */
  trends?: Record<string, readonly TrendPoint[]>;
}

/**
 * The verdicts of a check. Judges twice and throws unless both are equal (checks are pure), every id is said once and
 * every sentence has all the values that it shows. What it can say nothing of yet is left out.
 */
export function judged(
  check: Check,
  snapshot: Snapshot,
  { settings, memory = new Map(), memories = {}, moments = [], trends = {} }: JudgeWith = {},
): Verdict[] {
  const trend = (series: string) => trends[series] ?? [];
  const memoryOf = (name: string) => memories[name] ?? new Map<string, unknown>();
  const context = { settings: { ...defaults(check), ...settings }, memory, memoryOf, moments, trend };
  const verdicts = check.judge(snapshot, context);
  deepStrictEqual(check.judge(snapshot, context), verdicts, `${check.check} is not pure`);
  const ids = verdicts.map(({ subject, key }) => findingId(check.check, subject, key));
  deepStrictEqual([...new Set(ids)], ids, `${check.check} says an id twice`);
  for (const verdict of verdicts) sayable(verdict);
  return verdicts.filter(({ unseen }) => unseen !== true);
}

/** The one verdict of a check; throws if there are none or several. */
export function theVerdict(check: Check, snapshot: Snapshot, judgeWith?: JudgeWith): Verdict {
  const [verdict, ...more] = judged(check, snapshot, judgeWith);
  ok(verdict !== undefined && more.length === 0, `${check.check} gave ${more.length + (verdict ? 1 : 0)} verdicts`);
  return verdict;
}

/** The sentence as the wall shows it, in UTC. */
export function sentence({ say }: { say: Say }, now = noon): string {
  return render(say, { now, timeZone: 'UTC' });
}

/** All evidence as the wall shows it, in UTC. */
export function evidenceOf({ evidence = [] }: Verdict, now = noon): string[] {
  return evidence.map((entry) => sentence(entry, now));
}

/** The commands of the first steps. */
export function commandsOf({ steps = [] }: Verdict): string[] {
  return steps.flatMap(({ command }) => command ?? []);
}

/** A verdict as another check's rule of causes sees it. */
export function anEffect(check: `${Area}/${string}`, verdict: Pick<Verdict, 'subject' | 'level' | 'key'>): Effect {
  const { subject, level, key } = verdict;
  const say: Say = { template: 'an effect', values: {} };
  return { id: findingId(check, subject, key), check, area: check.split('/')[0] as Area, subject, level, say };
}

/** True if one of the check's rules explains `effect` by `cause`, honouring the patterns of checks as `area/file` with `*`. */
export function explains(check: Check, cause: Verdict, effect: Effect, snapshot: Snapshot): boolean {
  return (check.explains ?? []).some(
    ({ checks, when }) => checks.some((pattern) => matches(pattern, effect.check)) && when(cause, effect, snapshot),
  );
}

function matches(pattern: string, check: string): boolean {
  const [area, file] = check.split('/');
  const [wantedArea, wantedFile] = pattern.split('/');
  return [area, '*'].includes(wantedArea) && [file, '*'].includes(wantedFile);
}

function defaults(check: Check): Record<string, number> {
  return Object.fromEntries(Object.entries(check.settings).map(([name, setting]) => [name, setting.default]));
}

/** What a template string makes of a value that is not there; null behind a name in JSON is meant. */
const absent = /\bundefined\b|\bNaN\b|(?<!\/dev\/|":)\bnull\b/;

function sayable({ say, evidence = [], steps = [], startedAt }: Verdict): void {
  for (const each of [say, ...evidence.map((entry) => entry.say)]) {
    for (const [placeholder, name = '', format] of each.template.matchAll(/\{([A-Za-z0-9]+)(?::([a-z]+))?\}/g)) {
      const value = each.values[name];
      ok(value !== undefined, `${placeholder} of "${each.template}" has no value`);
      ok(format === undefined || Number.isFinite(value), `${placeholder} of "${each.template}" is not a number`);
    }
    ok(!absent.test(sentence({ say: each })), `"${sentence({ say: each })}" shows what is not there`);
  }
  for (const { say: text, command = '' } of steps) ok(!absent.test(text + command), text + command);
  ok(startedAt === undefined || Number.isFinite(startedAt), 'startedAt is a time');
}
