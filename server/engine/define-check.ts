import type { Area } from '#shared/area.ts';
import type { Meaning, Subject } from '#shared/finding.ts';
import type { Moment } from '#shared/history.ts';
import type { Level } from '#shared/level.ts';
import type { Say } from '#shared/say.ts';
import type { FactKind } from '#server/facts/fact.ts';
import type { TrendPoint } from '#server/history/history.ts';
import type { Setting, SettingValues } from './setting.ts';
import type { Snapshot } from './snapshot.ts';

export type { TrendPoint };

/** What a check finds of one subject. */
export interface Verdict {
  subject: Subject;
  /** Tells several verdicts of one check about one subject apart: `DiskPressure`. */
  key?: string;
  level: Level;
  say: Say;
  /** Evidence in order of weight, whole: the board shows 3 of 200 characters. */
  evidence?: { kind: 'text' | 'value' | 'log'; say: Say }[];
  steps?: { say: string; command?: string }[];
  /** The object's own time for when this began (epoch ms), where it has one. */
  startedAt?: number;
  /** The sources it was judged by; default: those of the required kinds. */
  sources?: string[];
  series?: string[];
  /**
   * Nothing can be said of it yet, whatever the level: it was not seen since the start. No finding begins, and one of before is
   * not over: it is unknown.
   */
  unseen?: true;
}

/** How a check remembers each subject from one judgement to the next. Pure and bounded; kept on disk. */
export interface Remembers<M> {
  /** Raise it when the shape of M changes: what was kept of another version is dropped. */
  version: number;
  subjects(snapshot: Snapshot): Iterable<string>;
  /**
   * What to remember of `subject` now; `before` is undefined the first time. `elapsedMs` is the time since the last
   * judgement of this process, at most 5 s (0 the first time), so that time in which nobody watched is not counted.
   */
  remember(before: M | undefined, subject: string, snapshot: Snapshot, elapsedMs: number): M;
  /**
   * Whether what is remembered of a subject that is gone is kept all the same: a claim may come back, a backup is deleted by its
   * retention. Such a memory stays as it is. Without it what is gone is forgotten.
   */
  keeps?(memory: M, snapshot: Snapshot): boolean;
  /**
   * What to remember once somebody has acknowledged the finding about `Kind/SUBJECT`: of a check that latches, what ends it.
   * With it the check itself holds what it found until then (its verdict must stay), and may let go what was not confirmed.
   */
  acknowledged?(before: M, meaning: Meaning, at: number): M;
}

/** What a check gets beside the snapshot. */
export interface CheckContext<S extends Record<string, Setting>, M> {
  settings: SettingValues<S>;
  /** What `remembers` has kept, by subject. */
  memory: ReadonlyMap<string, M>;
  /** What another check (`nodes/rebooted`) remembers, by subject; empty if it remembers nothing. */
  memoryOf(check: string): ReadonlyMap<string, unknown>;
  /** What the timeline tells of the last 24 h, oldest first, at most 500. */
  moments: readonly Moment[];
  trend: TrendOf;
}

/** The averages of five minutes within the window of `trends`, oldest first; empty for a series that it does not name or that nobody has measured. */
export type TrendOf = (series: string) => readonly TrendPoint[];

/** Which part of the history a check compares with. */
export interface Trends {
  windowMs: number;
  series(snapshot: Snapshot): Iterable<string>;
}

/** An effect that another verdict may explain: a verdict, or an `unseen` finding of a source. */
export interface Effect {
  id: string;
  check: string;
  area: Area;
  subject: Subject;
  level: Level;
  say: Say;
}

/** "This check's verdict explains those effects": a declared rule. */
export interface Explains {
  /** Checks whose verdicts it may explain: `nodes/not-ready`, `nodes/*`, `* /unseen` without the space. */
  checks: string[];
  /**
   * The id of the one subject (`Node/nuc0`) whose verdicts `when` need be asked about, null if there is none. Asked once
   * for each effect, by this very function wherever several rules share it: without it each effect is held against each
   * verdict of the check, which is too much where there can be hundreds of both.
   */
  about?(effect: Effect, snapshot: Snapshot): string | null;
  /** What it explains of its own subject says nothing that it does not say itself: it is not counted as more because of it. */
  noNews?: true;
  /** Its own sentence says how many of the same check and kind of subject it explains ("and 13 more hosts"), or of others ("14 services unreachable"): they are not counted once more. */
  countedInWords?: true;
  /** True if `cause` explains `effect`. Both are not ok. */
  when(cause: Verdict, effect: Effect, snapshot: Snapshot): boolean;
}

/** One pure rule. `S` its settings, `M` what it remembers of a subject. */
export interface Check<S extends Record<string, Setting> = Record<string, Setting>, M = unknown> {
  /** `area/file`. */
  check: `${Area}/${string}`;
  /** One line for the table of checks: what it says, in the owner's words. */
  about: string;
  /** The kinds of fact it needs. Without a fresh required one its subjects are `unknown`; an optional one may be missing. */
  needs: Partial<Record<FactKind, 'required' | 'optional'>>;
  settings: S;
  /** How long a verdict must hold before it counts, in both directions (ms). */
  for?(settings: SettingValues<S>): number;
  /**
   * How long it must be milder before that counts (ms), where it is less than `for`: what others explain must not outlive
   * its cause by minutes.
   */
  calmsMs?: number;
  /** Only an acknowledgement ends a finding of it; with `remembers.acknowledged` the check itself sees to that. */
  latch?: boolean;
  /** While it is bad nothing fresh can be known: an acknowledgement is noted, but does not calm. */
  blinds?: boolean;
  /** It judges although its required sources are not fresh. */
  judgesStale?: boolean;
  remembers?: Remembers<M>;
  trends?: Trends;
  explains?: Explains[];
  judge(snapshot: Snapshot, context: CheckContext<S, M>): Verdict[];
}

/** Declares a check with its types inferred; throws nothing. */
export function defineCheck<const S extends Record<string, Setting>, M = never>(check: Check<S, M>): Check {
  return check as unknown as Check;
}
