import type { Step } from '#shared/finding.ts';
import { backupMemoryCheck, type BackupMemory } from './backup-memory.ts';
import type { BackupPlan, Covered } from './backup-view.ts';
import { coveredName, namesInWords } from './backup-words.ts';
import { isShown } from './volume-loss.ts';
import { volumeMemoryCheck, type VolumeMemory } from './volume-memory.ts';

/** Whether a volume has lost its data, or a backup of it has shrunk, and nobody has said yet that all is well again. */
export function lostIn(memoryOf: (check: string) => ReadonlyMap<string, unknown>): (covered: Covered) => boolean {
  const volumes = memoryOf(volumeMemoryCheck) as ReadonlyMap<string, VolumeMemory>;
  const backups = memoryOf(backupMemoryCheck) as ReadonlyMap<string, BackupMemory>;
  return (covered) => isShown(volumes.get(covered)?.loss ?? null) || backups.get(covered)?.shrank !== undefined;
}

/** To make a backup now; a warning instead while it would take what is left of a volume for a backup, and drop the last good one. */
export function runNowSteps({ run, covers }: BackupPlan, isLost: (covered: Covered) => boolean): Step[] {
  if (run === null) return [];
  const lost = covers.filter(isLost);
  if (lost.length === 0) return [run];
  const names = namesInWords(lost.map(coveredName));
  return [{ say: `Make no backup now: ${names} lost data, and the last good copy could go. Restore first` }];
}
