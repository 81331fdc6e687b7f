import type { RawObject } from './raw-objects.ts';

/** What a CustomResourceDefinition brings: its parts as their controllers write them. */
export interface RawCustom extends RawObject {
  spec: Record<string, unknown>;
  status: Record<string, unknown>;
}

export interface RawCronJob extends RawObject {
  spec: {
    schedule: string;
    timeZone?: string;
    concurrencyPolicy: string;
    suspend: boolean;
    jobTemplate: object;
    successfulJobsHistoryLimit: number;
    failedJobsHistoryLimit: number;
  };
  status: { active?: object[]; lastScheduleTime?: string; lastSuccessfulTime?: string };
}
