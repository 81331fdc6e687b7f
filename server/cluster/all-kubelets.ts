import { kubeletCertificateLimits, kubeletCertificates } from './kubelet-certificates.ts';
import { kubeletLimits } from './kubelet-limits.ts';
import type { KubeletRow } from './kubelet-question.ts';
import { kubeletStats } from './kubelet-stats.ts';
import { followKubelets, type Kubelets, type KubeletsOptions } from './kubelets.ts';

/** The rights that asking kubelets directly takes, for the manifests. */
export const kubeletRows: readonly KubeletRow[] = [kubeletStats.row, kubeletCertificates.row];

/** Follows the nodes and asks their kubelets all that they are asked for; each question has feeds of its own. */
export function followAllKubelets(
  options: Omit<KubeletsOptions<'nodeStats' | 'componentCertificates'>, 'question' | 'limits'>,
): Kubelets {
  const all = [
    followKubelets({ ...options, question: kubeletStats, limits: kubeletLimits }),
    followKubelets({ ...options, question: kubeletCertificates, limits: kubeletCertificateLimits }),
  ];
  return {
    ask(config) {
      for (const each of all) each.ask(config);
    },
    restart() {
      for (const each of all) each.restart();
    },
    stop() {
      for (const each of all) each.stop();
    },
  };
}
