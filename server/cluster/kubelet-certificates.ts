import { certificateSample, componentCertificatesFact } from '#server/facts/component-certificates.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { kubeletLimits, type KubeletLimits } from './kubelet-limits.ts';
import type { KubeletQuestion } from './kubelet-question.ts';
import { matchingLines } from './matching-lines.ts';

const feed = {
  source: 'kubelet-certificates',
  required: false,
  buys: 'when the certificates of k3s and RKE2 themselves end, which a restart renews',
};

const metric = 'certificate_expiration_seconds{';

/**
 * When the certificates of a node's own k3s or RKE2 end: the feeds `kubelet-certificates/NODE`. The kubelet runs in the same
 * process, and its metrics tell. An old version that has no such metric tells nothing, and nothing is wrong.
 */
export const kubeletCertificates: KubeletQuestion<'componentCertificates'> = {
  row: { ...feed, rule: { group: '', resource: 'nodes/metrics', verbs: ['get'] } },
  proxyRow: { ...feed, rule: { group: '', resource: 'nodes/proxy', verbs: ['get'] } },
  kind: 'componentCertificates',
  path: '/metrics',
  accept: 'text/plain',
  words: 'metrics',
  asks: ({ kubeletVersion }) => /\+(?:k3s|rke2)/.test(kubeletVersion),
  startOf,
  async read(body, { mostBytes, before, ...asked }) {
    const lines = await matchingLines(body, {
      starts: [`k3s_${metric}`, `rke2_${metric}`],
      // Two names of at most some hundred characters.
      mostLineBytes: 8_192,
      mostLines: 1_000,
      mostBytes,
    });
    if (lines === null) return `says more than ${mostBytes / 1e6} MB`;
    const samples = lines.flatMap((line) => certificateSample(line) ?? []);
    return componentCertificatesFact(samples, asked, before);
  },
};

/** A restart renews: after one, whoever is asked again soon tells at once that all is well. */
function startOf({ bootId, kubeletVersion, conditions }: NodeFact): string {
  return [bootId, kubeletVersion, conditions['Ready']?.status, conditions['Ready']?.changedAt].join(' ');
}

/** The times and sizes by which the metrics are asked for: dates that change once a year, in a text of some 100 KB. */
export const kubeletCertificateLimits: KubeletLimits = {
  ...kubeletLimits,
  everyMs: 600_000,
  staleAfterMs: 1_860_000,
  atOnce: 2,
  mostBytes: 20_000_000,
  backOff: { baseMs: 5_000, mostMs: 120_000, forgetMs: 600_000 },
  // A Pi takes a minute or two until its k3s has looked at its certificates.
  soonTimes: 8,
};
