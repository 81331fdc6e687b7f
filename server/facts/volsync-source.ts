import type { FactHead } from './fact.ts';
import { goDurationOf } from './go-duration.ts';
import { identityOf } from './identity.ts';
import { keptOf } from './kept.ts';
import { conditionsIn } from './listed-condition.ts';
import { logLines } from './log-lines.ts';
import { meantTimeOf } from './meant-time.ts';
import { asItIs, messageLength, objectOf, textOf, type Intern, type Raw } from './read-raw.ts';
import { shownMessage } from './shown-message.ts';

/** A ReplicationSource of VolSync. Source: `/apis/volsync.backube/v1alpha1/replicationsources`. */
export interface VolSyncSourceFact extends FactHead {
  namespace: string;
  name: string;
  /** Name of the claim that it copies. */
  claim: string;
  cron: string;
  paused: boolean;
  /** `restic`, `rclone`, `rsyncTLS`, `syncthing`, ... "" if none is known. */
  mover: string;
  /** End of the last success. */
  lastSyncAt: number | null;
  /** Begin of the one that runs, null if none does. */
  syncStartedAt: number | null;
  lastDurationMs: number | null;
  /** When the next is due; in the past while the mover goes on failing. */
  nextSyncAt: number | null;
  /** `Successful`, `Failed`, "" or the raw word; the last lines of its log. */
  result: string;
  logs: string;
  /** Condition Synchronizing: `SyncInProgress`, `WaitingForSchedule`, `WaitingForManual`, `CleaningUp`, `Error`, "". */
  doing: string;
  doingSince: number | null;
  message: string;
  /** How many restic keeps for certain (the largest number of its policy; without a policy VolSync lets it keep one), null of other movers and where kept by age. */
  keeps: number | null;
  createdAt: number | null;
}

/** A raw ReplicationSource of VolSync as a fact; null if it has no name. */
export function volSyncSourceFact(raw: unknown, source: string, intern: Intern = asItIs): VolSyncSourceFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  const mover = objectOf(status['latestMoverStatus']);
  const [doing] = conditionsIn(status['conditions'], intern, ({ type }) => type === 'Synchronizing');
  return {
    ...identity,
    source,
    claim: intern(textOf(spec['sourcePVC'])),
    cron: intern(textOf(objectOf(spec['trigger'])['schedule'], 200).trim()),
    paused: spec['paused'] === true,
    mover: intern(moverOf(spec)),
    lastSyncAt: meantTimeOf(status['lastSyncTime']),
    // It is taken away when the mover has succeeded, and stays while it fails.
    syncStartedAt: meantTimeOf(status['lastSyncStartTime']),
    lastDurationMs: goDurationOf(status['lastSyncDuration']),
    nextSyncAt: meantTimeOf(status['nextSyncTime']),
    result: intern(textOf(mover['result'], 64)),
    logs: lastLinesOf(mover['logs']),
    doing: doing?.reason ?? '',
    doingSince: doing?.changedAt ?? null,
    message: shownMessage(doing?.message),
    keeps: keepsOf(spec),
    createdAt: meantTimeOf(metadata['creationTimestamp']),
  };
}

const movers = ['restic', 'rclone', 'rsyncTLS', 'rsync', 'kopia', 'syncthing', 'external'];

function moverOf(spec: Raw): string {
  return movers.find((name) => typeof spec[name] === 'object' && spec[name] !== null) ?? '';
}

const retention = ['last', 'hourly', 'daily', 'weekly', 'monthly', 'yearly'];

/** Without a policy VolSync lets restic keep the last one alone. */
function keepsOf(spec: Raw): number | null {
  if (moverOf(spec) !== 'restic') return null;
  const policy = objectOf(objectOf(spec['restic'])['retain']);
  const keeps = keptOf(policy, retention);
  if (textOf(policy['within']) !== '') return keeps === 1 ? null : keeps;
  return keeps ?? 1;
}

function lastLinesOf(value: unknown): string {
  if (typeof value !== 'string' || value === '') return '';
  const lines = logLines(new TextEncoder().encode(value.slice(-20_000).toWellFormed()));
  while (lines.join('\n').length > messageLength) lines.shift();
  return lines.join('\n');
}
