import type { BackupPlan, BackupTarget, BackupView } from './backup-view.ts';

/** The plans whose backups go to this target; one that does not say goes to the only one of its system. */
export function plansTo({ key, system }: BackupTarget, { plans, targets }: BackupView): BackupPlan[] {
  const isOnly = targets.filter((each) => each.system === system).length === 1;
  return plans.filter((plan) => plan.system === system && (plan.target === key || (plan.target === '' && isOnly)));
}

/** The host of an address as backup systems write it (`nfs://nas:/backups`, `s3:https://host:9000/bucket`); "" where there is none. */
export function hostOf(url: string): string {
  const found = /^(?:[a-z0-9+.-]+:)?(?:[a-z0-9+.-]+:)?\/\/(?:[^/@]*@)?(\[[^\]]+\]|[^/:?#]*)/i.exec(url.trim());
  return (found?.[1] ?? '').replace(/^\[|\]$/g, '').toLowerCase();
}

/** `s3://bucket@region/`, as Longhorn writes it: what stands before the region is a bucket, and its host is in a Secret. */
export function isBucketAlone(url: string): boolean {
  return /^(?:s3|gcs|azblob|gs):\/\//i.test(url);
}
