import type { Finding, Subject } from '#shared/finding.ts';

/**
 * What a finding brings about elsewhere, at once or by another: other words for the very same subject are no news beside it,
 * unless it is by them that something else fails.
 */
export function effectsElsewhere(cause: Finding, findings: Finding[]): Finding[] {
  return effectsOf(cause, findings).filter((one) => one.explains > 0 || !isSame(one.subject, cause.subject));
}

/** All that a finding explains, at once or by another, in their order: as many as its `explains` counts, or more. */
export function effectsOf(cause: Finding, findings: Finding[]): Finding[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  return findings.filter((one) => one.id !== cause.id && comesFrom(one, cause, byId));
}

function comesFrom(finding: Finding, cause: Finding, byId: ReadonlyMap<string, Finding>): boolean {
  const passed = new Set<Finding>();
  // Two that name each other lead nowhere.
  for (let one: Finding | undefined = finding; one !== undefined && !passed.has(one);) {
    if (one.cause === cause.id) return true;
    passed.add(one);
    one = one.cause === null ? undefined : byId.get(one.cause);
  }
  return false;
}

/** A finding with those of the same list that it explains, at once or by another. */
export interface WithEffects {
  finding: Finding;
  effects: Finding[];
}

/** Findings in their order, each explained one beneath its cause. One whose cause is not among them stands on its own. */
export function withEffects(findings: Finding[]): WithEffects[] {
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const roots = findings.map((finding) => rootOf(finding, byId));
  return findings
    .filter((finding, i) => roots[i] === finding)
    .map((root) => ({ finding: root, effects: findings.filter((one, i) => one !== root && roots[i] === root) }));
}

function rootOf(finding: Finding, byId: ReadonlyMap<string, Finding>): Finding {
  const passed = new Set<Finding>();
  let root = finding;
  for (;;) {
    const cause = root.cause === null ? undefined : byId.get(root.cause);
    // Two that name each other: each stands on its own.
    if (cause !== undefined && passed.has(cause)) return finding;
    if (cause === undefined) return root;
    passed.add(root);
    root = cause;
  }
}

function isSame(one: Subject, other: Subject): boolean {
  return one.kind === other.kind && one.namespace === other.namespace && one.name === other.name;
}
