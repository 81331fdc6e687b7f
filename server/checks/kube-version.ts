/** A version of Kubernetes: `v1.36.4+k3s1`. `build` is the number at its end (1), 0 without one. */
export interface KubeVersion {
  major: number;
  minor: number;
  patch: number;
  build: number;
}

/** Null for what is no version of Kubernetes ("", "kwok-v0.7.0"). */
export function parseKubeVersion(text: string): KubeVersion | null {
  const before = parsed.get(text);
  if (before !== undefined) return before;
  // Every node's is asked for each second, and there are a handful of them.
  if (parsed.size >= mostParsed) parsed.clear();
  const version = parse(text);
  parsed.set(text, version);
  return version;
}

const parsed = new Map<string, KubeVersion | null>();
const mostParsed = 100;

function parse(text: string): KubeVersion | null {
  const match = /^v?(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:[-+.].*?(\d{0,6}))?$/.exec(text);
  if (match === null) return null;
  const [major = 0, minor = 0, patch = 0, build = 0] = match.slice(1).map((digits) => Number(digits ?? 0));
  return { major, minor, patch, build };
}

/** Negative if `a` is older than `b`, 0 if they are alike, positive if newer. */
export function compareVersions(a: KubeVersion, b: KubeVersion): number {
  return a.major - b.major || a.minor - b.minor || a.patch - b.patch || a.build - b.build;
}

/** "k3s v1.36.4" of "v1.36.4+k3s1", "v1.36.4" of "v1.36.4". */
export function shortVersion(text: string): string {
  const [, version = text, flavour] = /^(v?[\d.]+)\+([a-z0-9]*?[a-z])\d*(?:[^a-z0-9].*)?$/i.exec(text) ?? [];
  return flavour === undefined ? version : `${flavour.replace(/r$/, '')} ${version}`;
}
