import { shorten } from './shorten.ts';
import type { BackupPlan, Covered } from './backup-view.ts';

/** A plan by its name alone. */
export function planName({ subject }: Pick<BackupPlan, 'subject'>): string {
  return shorten(subject.name, 60);
}

/** A claim by its name alone; the cluster's own database in words. */
export function coveredName(covered: Covered): string {
  return covered === 'etcd' ? "the cluster's database" : shorten(covered.slice(covered.indexOf('/') + 1), 60);
}

const most = 3;

/** "gitea-data", "gitea-data and photos", "gitea-data, photos, postgres-0 and 4 more". */
export function namesInWords(names: readonly string[]): string {
  const [first = '', ...others] = names;
  if (names.length <= 1) return first;
  const shown = names.slice(0, most);
  const more = names.length - shown.length;
  if (more > 0) return `${shown.join(', ')} and ${more} more`;
  return `${[first, ...others.slice(0, -1)].join(', ')} and ${others.at(-1) ?? ''}`;
}

/** "1 volume", "12 volumes". */
export function volumesInWords(count: number): string {
  return count === 1 ? '1 volume' : `${count} volumes`;
}
