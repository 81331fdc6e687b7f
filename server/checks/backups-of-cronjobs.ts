import type { Snapshot } from '#server/engine/snapshot.ts';
import type { BackupPart } from './backup-part.ts';

/** Being built. */
export const backupsOfCronJobs: (snapshot: Snapshot) => BackupPart = () => nothing;

const nothing: BackupPart = { plans: [], runs: [], targets: [] };
