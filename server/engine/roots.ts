import type { Finding } from '#shared/finding.ts';

/** What a finding comes from in the end: itself if it has no cause that is told. */
export function rootOf(finding: Finding, findings: readonly Finding[]): Finding {
  if (finding.cause === null) return finding;
  const byId = new Map(findings.map((each) => [each.id, each]));
  let root = finding;
  // As many steps as there are findings: causes hold no circle, but a loop here would stop the wall.
  for (let steps = findings.length; root.cause !== null && steps > 0; steps -= 1) root = byId.get(root.cause) ?? root;
  return root;
}

/** Ids of what makes the wall blind: a certificate that has ended, where that is why the API refuses us. */
export function blindingRoots(findings: readonly Finding[]): ReadonlySet<string> {
  const blinding = findings.filter(({ blinds }) => blinds === true);
  return new Set(blinding.map((finding) => rootOf(finding, findings).id));
}
