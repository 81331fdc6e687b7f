import { ok } from 'node:assert/strict';
import { describe, expect, test } from 'vitest';
import { watchedAreas } from '#server/checks/areas.ts';
import { kinds } from '#server/cluster/kinds.ts';
import type { Check, Verdict } from '#server/engine/define-check.ts';
import type { SeriesRule } from '#server/engine/define-series.ts';
import { seriesName } from '#server/engine/sampler.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { nodeStatsFact, type NodeStatsFact } from '#server/facts/node-stats.ts';
import { asItIs } from '#server/facts/read-raw.ts';
import { subjectId } from '#shared/finding.ts';
import { render } from '#shared/say.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { random } from '#test/engine/random.ts';
import { boundedFact } from './bounded-fact.ts';
import { statsOfClaim } from './healthy-storage.ts';
import { inventedGreen, type Judged } from './invented-green.ts';
import { inventedStorage } from './invented-storage-green.ts';
import { mutated } from './mutated.ts';
import { numbered } from './numbered.ts';
import { probed } from './probed.ts';
import { rawStats } from './raw-stats.ts';

const perKind = 5_000;
const atOnce = 500;
/** Of each kind in one snapshot: what is looked at pair by pair takes the square of it. */
const together = 150;
/** So many of each kind are judged: of 43 kinds they are more objects than any cluster has. */
const judgedPerKind = 3_000;
const seed = 20_261_121;
// Some 10 s of work, on a busy machine several times that.
const limitMs = 180_000;
// Long after every date that the objects give in earnest.
const now = Date.UTC(2026, 11, 1);
const checks = watchedAreas.flatMap((area) => area.checks);

describe('of 5,000 objects that are not as they should be', () => {
  test.each(kinds.map((kind) => [kind.source, kind] as const))(
    'none of %s makes a fact that throws or is endless',
    (source, { fact }) => {
      const next = random(seed);
      let made = 0;
      for (let i = 0; i < perKind; i += 1) {
        const raw = mutated(numbered(source, i % atOnce), next);
        const one = fact(raw, source, asItIs);
        if (one === null) continue;
        boundedFact(one);
        made += 1;
      }
      // Most are still something: what has no name, or nobody asked for, is not.
      expect(made).toBeGreaterThan(perKind * 0.45);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
    limitMs,
  );

  test(
    "none of the kubelets' figures makes a fact that throws or is endless",
    () => {
      const next = random(seed);
      let told = 0;
      for (let i = 0; i < perKind; i += 1) {
        const one = statsOf(i % atOnce, next);
        boundedFact(one);
        if (one.disk !== null && one.pods.length > 0) told += 1;
      }
      // Most still tell something: one odd value must not hide the others.
      expect(told).toBeGreaterThan(perKind * 0.45);
      expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
    },
    limitMs,
  );

  test(
    'none of 3,000 of each kind makes a check throw, say nonsense, or call fine what nobody said is fine',
    () => {
      const next = random(seed + 1);
      let said = 0;
      const calledFine = new Set<string>();
      for (let from = 0; from < judgedPerKind; from += together) {
        const { snapshot, raws } = batch(next);
        const judged: Judged[] = checks.map((check) => ({ check: check.check, verdicts: judge(check, snapshot) }));
        for (const { check, verdicts } of judged) for (const verdict of verdicts) sayable(check, verdict);
        for (const area of watchedAreas) sayableFigure(area, snapshot, judged);
        for (const rule of watchedAreas.flatMap(({ series = [] }) => series)) measurable(rule, snapshot);
        expect(inventedGreen(judged, snapshot, raws)).toEqual([]);
        for (const { check, verdicts } of judged)
          if (verdicts.some(({ level }) => level === 'ok')) calledFine.add(check);
        said += judged.reduce((sum, { verdicts }) => sum + verdicts.filter(({ level }) => level !== 'ok').length, 0);
      }
      expect(said).toBeGreaterThan(perKind);
      // A rule that never saw anything fine would find nothing.
      const ruled = Object.keys(inventedStorage).filter((check) => check !== 'storage/claim-lost');
      expect([...calledFine]).toEqual(expect.arrayContaining(ruled));
    },
    limitMs,
  );
});

/** A snapshot of mutated objects of all kinds, and the objects by the keys of their facts. */
function batch(next: (below: number) => number): { snapshot: Snapshot; raws: Map<string, unknown> } {
  const raws = new Map<string, unknown>();
  const more: Record<string, unknown[]> = {};
  for (const { source, kind, fact } of kinds) {
    const byKey = new Map<string, unknown>();
    for (let i = 0; i < together; i += 1) {
      const raw = mutated(numbered(source, i), next);
      const one = fact(raw, source, asItIs);
      if (one === null) continue;
      byKey.set(one.key, one);
      raws.set(`${kind} ${one.key}`, raw);
    }
    more[kind] = [...byKey.values()];
  }
  const nodeStats = Array.from({ length: together }, (_, i) => statsOf(i, next, raws));
  const sources = Object.fromEntries(nodeStats.map(({ source }) => [source, {}]));
  return { snapshot: aSnapshot({ now, more, ...probed(next, now, 20), nodeStats, sources }), raws };
}

function statsOf(i: number, next: (below: number) => number, raws?: Map<string, unknown>): NodeStatsFact {
  const node = `nuc${i}`;
  const raw = mutated(i % 2 === 0 ? statsOfClaim(`gitea-data${i}`) : rawStats, next);
  raws?.set(`nodeStats ${node}`, raw);
  return nodeStatsFact(raw, node, `kubelet/${node}`);
}

/** Six hours in which something fills. */
const growing = Array.from({ length: 73 }, (_, i) => ({ at: now - (72 - i) * 300_000, value: 40 + i / 10 }));

function measurable(rule: SeriesRule, snapshot: Snapshot): void {
  const names = new Set<string>();
  for (const { subject, value } of rule.read(snapshot)) {
    const name = seriesName(rule, subject);
    ok(Number.isFinite(value) && value >= 0 && !names.has(name), `${name} is ${value}`);
    ok(rule.unit !== 'percent' || value <= 100, `${name} is ${value} %`);
    names.add(name);
  }
}

const kept = new Map<string, ReadonlyMap<string, unknown>>();

/** Judged with the memory of the batches before, as the engine would. */
function judge(check: Check, snapshot: Snapshot): Verdict[] {
  const settings = Object.fromEntries(Object.entries(check.settings).map(([name, each]) => [name, each.default]));
  const { remembers } = check;
  const before = kept.get(check.check) ?? new Map<string, unknown>();
  const subjects = remembers === undefined ? [] : [...remembers.subjects(snapshot)];
  const memory = new Map(subjects.map((each) => [each, remembers?.remember(before.get(each), each, snapshot, 1_000)]));
  ok(JSON.stringify([...memory.values()]).length < 1_000_000, `${check.check} remembers too much`);
  kept.set(check.check, memory);
  return check.judge(snapshot, {
    ...{ settings, memory, moments: [] },
    memoryOf: (name) => kept.get(name) ?? new Map<string, unknown>(),
    trend: () => growing,
  });
}

/** What a template makes of a value that is not there, or is no text. */
const nonsense = /\bundefined\b|\bNaN\b|\[object|\bInfinity\b|\?\?|\bInvalid Date\b/;
const longest = 4_000;

function sayable(check: string, { subject, say, evidence = [], steps = [], startedAt }: Verdict): void {
  const texts = [say, ...evidence.map((each) => each.say)].map((each) => render(each, { now, timeZone: 'UTC' }));
  for (const text of [...texts, ...steps.flatMap((step) => [step.say, step.command ?? ''])]) {
    ok(!nonsense.test(text), `${check} of ${subjectId(subject)} says: ${text.slice(0, 300)}`);
    ok(text.length <= longest, `${check} says ${text.length} characters: ${text.slice(0, 100)}`);
  }
  ok(startedAt === undefined || Number.isFinite(startedAt), `${check}: ${startedAt} is no time`);
}

function sayableFigure(area: (typeof watchedAreas)[number], snapshot: Snapshot, judged: readonly Judged[]): void {
  const context = { memory: (check: string) => kept.get(check) ?? new Map<string, unknown>() };
  const figure = area.figure(snapshot, context);
  ok(figure !== null, `${area.area} has no figure`);
  const detail = render(figure.detail, { now, timeZone: 'UTC' });
  for (const text of [figure.value, figure.rest ?? '', detail]) ok(!nonsense.test(text), `${area.area}: ${text}`);
  const verdicts = judged.filter(({ check }) => check.startsWith(area.area)).flatMap((each) => each.verdicts);
  for (const { subject } of verdicts)
    for (const [key, cell] of Object.entries(area.cells(subject, snapshot, context)))
      ok(cell === null || !nonsense.test(String(cell)), `${area.area}, ${key}: ${String(cell).slice(0, 300)}`);
}
