import type { Sample } from '#server/history/history.ts';

/** What `count` series measure at a time (epoch ms): names and courses as those of nodes, no two alike, the same each time. */
export function seriesLoad(at: number, count: number): Sample[] {
  return Array.from({ length: count }, (_, i) => {
    const daily = Math.sin(at / 13_750_987 + i);
    const jitter = Math.sin((at / 15_000) * (7 + i) + i * i);
    return { series: `nodes/cpu|Node/nuc${i}`, value: 40 + 25 * daily + 5 * jitter, lasting: false };
  });
}
