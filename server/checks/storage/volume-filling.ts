import { defineCheck, type TrendPoint, type Verdict } from '#server/engine/define-check.ts';
import { seriesName } from '#server/engine/sampler.ts';
import { duration, percent } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { byWorst } from '#shared/level.ts';
import { say, type Say } from '#shared/say.ts';
import { calmDuration, calmNumber } from '../calm-figures.ts';
import { claimFigures, silentKubelets, type ClaimFigures } from '../claim-figures.ts';
import { claimSubject, claimUses, type ClaimUse } from '../claim-use.ts';
import { forecast, type Forecast } from '../forecast.ts';
import { noSpaceExplains } from '../no-space-left.ts';
import { perInputs } from '../per-inputs.ts';
import { perFacts } from '../per-snapshot.ts';
import { shorten } from '../shorten.ts';
import { keepForecasts } from '../storage-forecasts.ts';
import { storageUsed } from '../storage-series.ts';
import { fillingSteps } from '../storage-steps.ts';

const hourMs = 60 * 60_000;

/** Is the volume of a claim full, or will it soon be? What shares a disk is the business of that disk. */
export default defineCheck({
  check: 'storage/volume-filling',
  about: 'the volume of a claim is nearly full, or will be within hours if it goes on as it does',
  // Each verdict is judged by the kubelet that measured it, which goes on while the API is silent.
  needs: {
    persistentVolumeClaim: 'optional',
    ...{ nodeStats: 'optional', pod: 'optional', persistentVolume: 'optional', storageClass: 'optional' },
    crashLog: 'optional',
  },
  settings: {
    warn: percent(85, 'a volume that is so full is a warning'),
    bad: percent(95, 'a volume that is so full is bad'),
    ahead: duration(24 * hourMs, 'a volume that will be full within this time is a warning'),
    soon: duration(6 * hourMs, 'a volume that will be full within this time is bad'),
    floor: percent(50, 'a volume that is less full than this is not forecast'),
    for: duration(60_000, 'how long it must be so before that counts'),
  },
  for: (settings) => settings.for,
  trends: {
    windowMs: 6 * hourMs,
    *series(snapshot) {
      for (const use of claimUses(snapshot).values()) if (claimFigures(use) !== null) yield nameOf(use);
    },
  },
  explains: [noSpaceExplains((use) => claimFigures(use)?.percent ?? null)],
  judge(snapshot, { settings, trend }) {
    const left = new Map<string, number>();
    const verdicts = [...claimUses(snapshot).values()].flatMap((use) => {
      const figures = claimFigures(use);
      if (figures === null) return notMeasured(use, snapshot);
      const points = figures.percent < settings.floor ? none : trend(nameOf(use));
      const { made, leftMs } = lookedAt(use, figures, { points, settings, around: around(snapshot) }, snapshot);
      if (leftMs !== null) left.set(use.claim.key, leftMs);
      return [made];
    });
    keepForecasts(snapshot, left);
    return verdicts;
  },
});

const none: readonly TrendPoint[] = [];

/** What a claim's verdict was made of. */
interface Look {
  points: readonly TrendPoint[];
  settings: Limits;
  /** Another one when what the first steps are made of has changed. */
  around: object;
}

/** The very same as long as nothing changes of what the first steps are made of beside the claim itself. */
const around = perFacts(['storageClass', 'statefulSet', 'deployment', 'daemonSet', 'replicaSet'], () => ({}));

/** The last look at each claim: judged each second, figures and points are new a few times a minute. */
const lastLooks = new WeakMap<ClaimUse, Look & { made: Verdict; leftMs: number | null }>();

function lookedAt(
  use: ClaimUse,
  figures: ClaimFigures,
  look: Look,
  snapshot: Snapshot,
): { made: Verdict; leftMs: number | null } {
  const before = lastLooks.get(use);
  if (before !== undefined && isSame(before, look)) return before;
  const coming = mayFill(look.points, figures) ? forecast(look.points, figures.used, figures.room) : null;
  const looked = {
    ...look,
    made: verdict(use, figures, coming, { snapshot, settings: look.settings }),
    leftMs: coming?.leftMs ?? null,
  };
  lastLooks.set(use, looked);
  return looked;
}

/** Nearly all hardly change: what has moved by less than a fortieth of what is free is never told to be full within four times so long. */
function mayFill(points: readonly TrendPoint[], { used, room }: ClaimFigures): boolean {
  let least = used;
  let most = used;
  for (const { value } of points) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return most > least && most - least >= (room - used) / 40;
}

function isSame(a: Look, b: Look): boolean {
  const { warn, bad, ahead, soon } = b.settings;
  if (a.settings.warn !== warn || a.settings.bad !== bad) return false;
  if (a.settings.ahead !== ahead || a.settings.soon !== soon || a.points !== b.points) return false;
  return a.around === b.around;
}

const nameOf = perInputs(({ claim }: ClaimUse) => seriesName(storageUsed, claimSubject(claim)));

/** Not known, as long as the kubelet that could tell is not seen. */
function notMeasured(use: ClaimUse, snapshot: Snapshot): Verdict[] {
  const sources = silentKubelets(use, snapshot);
  if (use.shares !== null || sources.length === 0) return [];
  const name = shorten(use.claim.name, 60);
  return [{ subject: claimSubject(use.claim), level: 'ok', say: say('{name} is not measured', { name }), sources }];
}

type Limits = Record<'warn' | 'bad' | 'ahead' | 'soon', number>;

function verdict(
  use: ClaimUse,
  figures: ClaimFigures,
  coming: Forecast | null,
  { snapshot, settings }: { snapshot: Snapshot; settings: Limits },
): Verdict {
  const told = coming !== null && coming.leftMs <= Math.max(settings.ahead, settings.soon) ? coming : null;
  const level = levelOf(figures.percent, told, settings);
  const head = {
    subject: claimSubject(use.claim),
    level,
    say: sentence(use, figures, told, level !== 'ok'),
    sources: use.measuredBy === null ? [] : [use.measuredBy.source],
  };
  if (level === 'ok') return head;
  return {
    ...head,
    evidence: evidence(use, figures, told),
    steps: fillingSteps(use, 'bytes', snapshot),
    series: [nameOf(use)],
  };
}

function levelOf(used: number, coming: Forecast | null, { warn, bad, soon }: Limits): 'ok' | 'warn' | 'bad' {
  const now = used >= bad ? 'bad' : used >= warn ? 'warn' : 'ok';
  const then = coming === null ? 'ok' : coming.leftMs <= soon ? 'bad' : 'warn';
  return byWorst(now, then) <= 0 ? now : then;
}

function sentence(
  { claim }: ClaimUse,
  { percent: full, free }: ClaimFigures,
  coming: Forecast | null,
  isTold: boolean,
): Say {
  const name = shorten(claim.name, 60);
  if (full >= 100) return say('{name} is full', { name });
  // Rounded down, so that what is not yet at a limit never reads as if it were; two digits of what is free tick less.
  const values = { name, used: Math.floor(full) };
  if (!isTold) return say('{name} is {used:percent} full', values);
  const room = Number(free.toPrecision(2));
  if (coming === null) return say('{name} is {used:percent} full, {room:bytes} free', { ...values, room });
  const left = calmDuration(coming.leftMs);
  return say('{name} is full in {left:duration}: {used:percent} used, {room:bytes} free', { ...values, room, left });
}

function evidence(
  { claim }: ClaimUse,
  { used, room, free }: ClaimFigures,
  coming: Forecast | null,
): NonNullable<Verdict['evidence']> {
  const grows =
    coming === null
      ? []
      : [
          say('{growth:bytes} more each hour, seen for {held:duration}', {
            ...{ growth: calmNumber(coming.perHour), held: calmDuration(coming.heldMs) },
          }),
        ];
  const values = { used: calmNumber(used), all: calmNumber(room), free: calmNumber(free) };
  const now = say('{used:bytes} of {all:bytes} used, {free:bytes} free', values);
  const resizing = claim.conditions.find(({ type, status }) => /Resiz/.test(type) && status === 'True');
  return [
    ...[...grows, now].map((each) => ({ kind: 'value' as const, say: each })),
    ...(resizing === undefined
      ? []
      : [{ kind: 'text' as const, say: say('it is being made larger: {type}', { type: shorten(resizing.type, 60) }) }]),
  ];
}
