import type { Board } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import { until } from '../../until.ts';
import type { WallProcess } from '../../wall-process.ts';
import { namespace, podsOf } from '../../workload.ts';
import type { Fault, Scene } from './fault.ts';

/** How long the wall may take beside a check's own holding time (ms). */
export const barMs = 5_000;

/** How long it took, from when the API knew to when the wall said it; in ms. */
export interface Times {
  what: string;
  fault: Fault;
  saidMs: number;
  /** From when the API knew that it is healed to when its finding was gone. */
  goneMs: number;
}

/** Plays a fault and its healing, and looks at what the wall says. Throws with what it said instead. */
export async function play(what: string, fault: Fault, scene: Scene, wall: WallProcess): Promise<Times> {
  const { plane } = scene;
  const well = () => isWell(scene, fault.namespace);
  await plane.apply([namespace(fault.namespace), ...fault.objects]);
  if (fault.cause) {
    await until(`all is well before there is ${what}`, well, { withinMs: 60_000 });
    await fault.cause();
  }
  const saidMs = await seen(what, fault, scene, wall).finally(fault.heal);
  const goneMs = await delay(
    until(`the API knows that healed is ${what}`, fault.healed ?? well, { withinMs: 120_000, everyMs: 200 }),
    wall.sees(`no more ${what}`, (board) => !isSeenBy(board, fault, fault.check), 130_000),
  );
  // What followed from it holds for its own time.
  const allGone = (board: Board) => allOf(board, fault).length === 0;
  await wall.sees(`nothing is left of ${what}`, allGone, scene.holdMs + barMs);
  return { what, fault, saidMs, goneMs };
}

/** What the wall must say of it; returns how long that took. */
async function seen(what: string, fault: Fault, scene: Scene, wall: WallProcess): Promise<number> {
  const saidMs = await delay(
    until(`the API knows of ${what}`, fault.known, { withinMs: 150_000, everyMs: 200 }),
    wall.sees(what, (board) => found(board, fault), 160_000),
  );
  await wall.sees(`the words for ${what}`, (board) => saysSo(found(board, fault), fault), 10_000);
  const { effect } = fault;
  const isOne = (board: Board) => hasOneRoot(board, fault) && (!effect || isExplained(board, fault, effect));
  await wall.sees(`one root for ${what}`, isOne, scene.holdMs + 15_000);
  return saidMs;
}

/** The table for the log of a run. */
export function timesTable(times: readonly Times[]): string {
  const row = (what: string, check: string, ...figures: string[]) =>
    [`  ${what.padEnd(52)}${check.padEnd(36)}`, ...figures.map((figure) => figure.padStart(6))].join('');
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const rows = times.map(({ what, fault, saidMs, goneMs }) =>
    row(what, fault.check, ...[fault.holdMs, saidMs, goneMs].map(seconds)),
  );
  const head = row('fault', 'check', 'hold', 'said', 'gone');
  return ['Seconds from when the API knew to when the wall said so:', head, ...rows].join('\n');
}

/** How much later the second came than the first; less than 0 if it was the quicker one. */
async function delay(known: Promise<unknown>, seen: Promise<unknown>): Promise<number> {
  const now = () => performance.now();
  const [knownAt, seenAt] = await Promise.all([known.then(now), seen.then(now)]);
  return seenAt - knownAt;
}

async function isWell({ plane }: Scene, inNamespace: string): Promise<boolean> {
  const pods = await podsOf(plane, inNamespace);
  return pods.length > 0 && pods.every(({ status }) => status.containerStatuses?.every(({ ready }) => ready) ?? false);
}

/** All that the wall finds in the namespace of the fault. */
function allOf(board: Board, fault: Fault): Finding[] {
  return board.findings.filter(({ subject }) => subject.namespace === fault.namespace);
}

function found(board: Board, fault: Fault): Finding | undefined {
  return allOf(board, fault).find(({ check, level }) => check === fault.check && level === fault.level);
}

function isSeenBy(board: Board, fault: Fault, by: string): boolean {
  return allOf(board, fault).some(({ check }) => check === by);
}

function isExplained(board: Board, fault: Fault, effect: string): boolean {
  return allOf(board, fault).some(({ check, cause }) => check === effect && cause !== null);
}

function hasOneRoot(board: Board, fault: Fault): boolean {
  const count = roots(board, fault).length;
  if (fault.explainedBy === undefined) return count === 1;
  return count === 0 && found(board, fault)?.cause?.startsWith(fault.explainedBy) === true;
}

/** What nothing else explains: an owner should see one fault as one. */
function roots(board: Board, fault: Fault): Finding[] {
  return allOf(board, fault).filter(({ cause, level }) => cause === null && level !== 'notice');
}

function saysSo(finding: Finding | undefined, { sentence, evidence = /./, steps = /./ }: Fault): boolean {
  if (finding === undefined) return false;
  const told = (parts: readonly object[]) => parts.flatMap((part) => Object.values(part)).join('\n');
  return sentence.test(finding.sentence) && evidence.test(told(finding.evidence)) && steps.test(told(finding.steps));
}
