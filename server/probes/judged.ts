import type { ServiceProbeFact } from '#server/facts/service-probe.ts';

/** What one probe came to: up, or why not. */
export type Judged = Pick<
  ServiceProbeFact,
  'outcome' | 'trouble' | 'message' | 'status' | 'server' | 'title' | 'phases' | 'address'
>;

/** Where nothing was shown. */
export const nothingShown = { status: null, server: '', title: '' } as const;
