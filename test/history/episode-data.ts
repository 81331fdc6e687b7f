import type { PastFinding } from '#shared/history.ts';

export const noon = Date.UTC(2026, 3, 1, 12);

/** An episode of nuc0 that has lasted since noon, but for what is given. */
export function anEpisode(part: Partial<PastFinding> = {}): PastFinding {
  const finding = part.finding ?? 'nodes/not-ready|Node/nuc0';
  const since = part.since ?? noon;
  return {
    ...{ finding, since, episode: `${finding}@${since}`, check: 'nodes/not-ready', area: 'nodes', level: 'bad' },
    ...{ say: { template: '{node} is not ready', values: { node: 'nuc0' } }, endedAt: null, cause: null },
    ...part,
  };
}
