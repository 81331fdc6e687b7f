import { defineCheck, type CheckContext, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { subjectId } from '#shared/finding.ts';
import { say } from '#shared/say.ts';
import { backupMemoryCheck } from '../backup-memory.ts';
import { backupKinds } from '../backup-view.ts';
import { claimSubject, claimUses, type ClaimUse } from '../claim-use.ts';
import { keepsOwnDisk, localClaims, rememberOwnDisk, type OwnDisk } from '../own-disk-memory.ts';
import { mountDiskSteps } from '../own-disk-steps.ts';
import type { RebootMemory } from '../reboot-memory.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import { lastGoodBefore } from '../volume-backup.ts';
import { lossExplains } from '../volume-causes.ts';
import { goodEvidence, podEvidence } from '../volume-loss-words.ts';
import { volumeMemoryCheck } from '../volume-memory.ts';

/**
 * Is the disk of a `local` volume still mounted? Its pod starts all the same and writes into the empty directory below, on the
 * node's own disk. It is over once its own file system is there again.
 */
export default defineCheck({
  check: 'storage/disk-not-mounted',
  about: "the disk of a local volume is not mounted: what is written goes to the node's own disk",
  needs: {
    persistentVolumeClaim: 'required',
    ...Object.fromEntries(backupKinds.map((kind) => [kind, 'optional'] as const)),
    ...{ persistentVolume: 'optional', nodeStats: 'optional', pod: 'optional', node: 'optional' },
    ...{ replicaSet: 'optional', deployment: 'optional', statefulSet: 'optional', longhornVolume: 'optional' },
  },
  settings: {},
  remembers: {
    version: 1,
    subjects: localClaims,
    remember: (before: OwnDisk | undefined, claim, snapshot) => rememberOwnDisk(before, claim, snapshot),
    keeps: keepsOwnDisk,
  },
  explains: [
    ...lossExplains,
    {
      checks: [volumeMemoryCheck],
      when: (cause, { subject }) => cause.level === 'bad' && subjectId(subject) === subjectId(cause.subject),
    },
  ],
  judge(snapshot, context: CheckContext<Record<never, never>, OwnDisk>) {
    const uses = claimUses(snapshot);
    return [...context.memory.values()].flatMap((memory) => {
      const use = uses.get(memory.claim);
      if (use === undefined || use.claim.volume !== memory.volume) return [];
      return verdict(use, memory, snapshot, context);
    });
  },
});

type Context = CheckContext<Record<never, never>, OwnDisk>;

/** Nothing is said of what never had a disk of its own. */
function verdict(use: ClaimUse, { own, missing }: OwnDisk, snapshot: Snapshot, context: Context): Verdict[] {
  if (own === null) return [];
  const subject = claimSubject(use.claim);
  const name = shorten(use.claim.name, 60);
  // Where no pod has it mounted nobody measures it: it is as it was last seen.
  const sources = use.measuredBy === null ? [] : [use.measuredBy.source];
  if (missing === null) return [{ subject, level: 'ok', say: say('{name} is on its own disk', { name }), sources }];
  const node = shorten(missing.node, 60);
  const path = shorten(use.volume?.made.path ?? '', 80);
  const place = path === '' ? 'there' : 'at {path}';
  const words = `{name} is not on its own disk: what {node} has ${place} is the node's disk (was {was:bytes}, is {is:bytes})`;
  const values = { name, node, was: own.capacity, is: missing.capacity, ...(path === '' ? {} : { path }) };
  return [
    {
      ...{ subject, level: 'bad', say: say(words, values), sources },
      evidence: evidence(use, own, missing, snapshot, context),
      steps: mountDiskSteps(use, missing.node, snapshot),
      ...startedAt(missing.at, snapshot.now),
    },
  ];
}

function evidence(
  use: ClaimUse,
  own: NonNullable<OwnDisk['own']>,
  missing: NonNullable<OwnDisk['missing']>,
  snapshot: Snapshot,
  { memoryOf }: Context,
): NonNullable<Verdict['evidence']> {
  const times = { before: { at: Math.min(own.seenAt, missing.at) }, after: { at: missing.at } };
  const good = lastGoodBefore(use.claim.key, times, snapshot, memoryOf(backupMemoryCheck));
  const figures = { was: own.capacity, until: times.before.at, is: missing.capacity, at: missing.at };
  return [
    { kind: 'value', say: say('{was:bytes} until {until:at} at least, {is:bytes} since {at:at}', figures) },
    ...rebooted(missing, times.before.at, memoryOf('nodes/rebooted').get(missing.node) as RebootMemory | undefined),
    { kind: 'text', say: say('what was on its disk is not lost by that, unless the disk itself has failed') },
    ...goodEvidence(good),
    ...(use.pods.length === 0
      ? [{ kind: 'text' as const, say: say('no pod mounts it now: whether it is back is seen once one does') }]
      : podEvidence(use, snapshot)),
  ];
}

// A kubelet that is back may be seen with its figures before its node is seen with another boot.
const noticedMs = 5 * 60_000;

function rebooted(
  { node, at }: NonNullable<OwnDisk['missing']>,
  seenAt: number,
  memory: RebootMemory | undefined,
): NonNullable<Verdict['evidence']> {
  const bootedAt = memory?.rebootedAt ?? null;
  if (memory === undefined || bootedAt === null || bootedAt < seenAt || (memory.notBefore ?? bootedAt) > at + noticedMs)
    return [];
  const values = { node: shorten(node, 60), at: bootedAt };
  return memory.notBefore === null
    ? [{ kind: 'text', say: say('{node} rebooted at {at:at}', values) }]
    : [
        {
          kind: 'text',
          say: say('{node} rebooted between {from:at} and {at:at}', { ...values, from: memory.notBefore }),
        },
      ];
}
