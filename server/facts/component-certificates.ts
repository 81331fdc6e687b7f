import { certificateText } from './certificate-text.ts';
import type { FactHead } from './fact.ts';

/**
 * The certificates of a node's k3s or RKE2 itself, client certificates of components among them, as its kubelet's
 * `/metrics` tells: `k3s_certificate_expiration_seconds`. Source `kubelet-certificates/NODE`. Times epoch ms.
 */
export interface ComponentCertificatesFact extends FactHead {
  node: string;
  product: 'k3s' | 'rke2';
  /** At most 200, authorities too. */
  certificates: ComponentCertificate[];
}

/** One of them; files with the same subject and usage are one. */
export interface ComponentCertificate {
  subject: string;
  /** "ServerAuth", "ClientAuth", "CertSign" as k3s writes it. */
  usages: string;
  isAuthority: boolean;
  expiresAt: number;
}

/** One line of the metric. */
export interface CertificateSample {
  product: 'k3s' | 'rke2';
  subject: string;
  usages: string;
  /** What was left when the node last looked, negative once it has ended. */
  secondsLeft: number;
}

/** Of which node the samples are, by which source, and when they were asked for (epoch ms). */
export interface SamplesOf {
  node: string;
  source: string;
  askedAt: number;
}

const mostCertificates = 200;
// Two centuries: what is longer is no time that anybody meant.
const mostSeconds = 6.4e9;
const minuteMs = 60_000;
// The node works the figure out every 30 min and says the same in between: asked later, the end seems to be later. The
// least of several answers is nearest to the truth; a renewal moves it by months.
const steadyMs = 45 * minuteMs;

const head = /^(k3s|rke2)_certificate_expiration_seconds\{/;
const label = /\s*([A-Za-z_]\w*)\s*=\s*"((?:[^"\\]|\\.)*)"\s*,?/y;
const tail = /^\s*\}\s*(\S+)(?:\s+-?\d+)?\s*$/;

/** One line of a kubelet's `/metrics` as a sample; null for every other line, and for what has no sound figure. */
export function certificateSample(line: string): CertificateSample | null {
  const [start = '', product] = head.exec(line) ?? [];
  if (product !== 'k3s' && product !== 'rke2') return null;
  const labels = new Map<string, string>();
  label.lastIndex = start.length;
  let end = start.length;
  for (let found = label.exec(line); found !== null; found = label.exec(line)) {
    labels.set(found[1] ?? '', unescaped(found[2] ?? ''));
    end = label.lastIndex;
  }
  const [, figure = ''] = tail.exec(line.slice(end)) ?? [];
  const secondsLeft = figure === '' ? NaN : Number(figure);
  const subject = certificateText(labels.get('subject'));
  if (subject === '' || !(Math.abs(secondsLeft) <= mostSeconds)) return null;
  return { product, subject, usages: certificateText(labels.get('usages')), secondsLeft };
}

/**
 * The samples of one answer as a fact, null if there are none. `before` is the fact of the answer before: an end that
 * differs by less than an hour is the same one.
 */
export function componentCertificatesFact(
  samples: readonly CertificateSample[],
  { node, source, askedAt }: SamplesOf,
  before: ComponentCertificatesFact | null = null,
): ComponentCertificatesFact | null {
  const [first] = samples;
  if (first === undefined) return null;
  const known = new Map(before?.certificates.map((each) => [keyOf(each), each.expiresAt]));
  const found = new Map<string, ComponentCertificate>();
  for (const { subject, usages, secondsLeft } of samples) {
    const key = keyOf({ subject, usages });
    const seen = Math.floor((askedAt + secondsLeft * 1_000) / minuteMs) * minuteMs;
    const expiresAt = Math.min(steady(seen, known.get(key)), found.get(key)?.expiresAt ?? Infinity);
    found.set(key, { subject, usages, isAuthority: usages.split(',').includes('CertSign'), expiresAt });
  }
  const certificates = [...found.values()].sort(bySoonest).slice(0, mostCertificates);
  return { key: node, uid: node, source, node, product: first.product, certificates };
}

function steady(seen: number, before: number | undefined): number {
  return before === undefined || Math.abs(seen - before) > steadyMs ? seen : Math.min(seen, before);
}

function keyOf({ subject, usages }: Pick<ComponentCertificate, 'subject' | 'usages'>): string {
  return JSON.stringify([subject, usages]);
}

function bySoonest(a: ComponentCertificate, b: ComponentCertificate): number {
  if (a.expiresAt !== b.expiresAt) return a.expiresAt - b.expiresAt;
  return keyOf(a) < keyOf(b) ? -1 : 1;
}

/** As Prometheus' text form escapes labels: backslash, quote and line break. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, character: string) => (character === 'n' ? '\n' : character));
}
