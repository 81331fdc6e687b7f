import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { say, type Say } from '#shared/say.ts';
import { anyBackups, coverageOf, type CoveredBy } from '../backup-coverage.ts';
import { backupMemoryCheck } from '../backup-memory.ts';
import { excludeStep } from '../backup-steps.ts';
import { allBackupSources, backupNeeds, backupSources, forbiddenSystems, systemNames } from '../backup-systems.ts';
import {
  backupView,
  plansOf,
  runsOf,
  type AskedInVain,
  type BackupPlan,
  type BackupSystem,
  type Covered,
} from '../backup-view.ts';
import { coveredName, namesInWords } from '../backup-words.ts';
import { claimSubjectOf, claimUses } from '../claim-use.ts';
import { isServerNode, nodeDistribution } from '../distribution.ts';
import { largest } from '../largest.ts';
import { lastGoodOf, type BackupMemories } from '../last-good.ts';
import { perInputs } from '../per-inputs.ts';
import { shorten } from '../shorten.ts';
import { clusterSubject } from '../subjects.ts';

/** Is every volume in use backed up by anything? What is not is lost with its disk. */
export default defineCheck({
  check: 'backups/uncovered',
  about: 'a volume in use of which no backup is known, of any system; the database of k3s too',
  needs: {
    ...backupNeeds,
    persistentVolumeClaim: 'required',
    pod: 'required',
    node: 'optional',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
  },
  settings: {},
  judge(snapshot, { memoryOf }) {
    const memories = memoryOf(backupMemoryCheck);
    const { of, not } = coverageOf(snapshot);
    const claims = anyBackups(snapshot) || not.length === 0 ? [...of] : [...of].filter(([, how]) => how !== 'not');
    return [
      ...claims.map(([covered, how]) => verdict(covered, how, snapshot, memories)),
      ...(anyBackups(snapshot) || not.length === 0 ? [] : [nothingIsVerdict(not, snapshot)]),
      ...askedInVain(snapshot),
      ...databaseVerdict(snapshot),
    ];
  },
});

function verdict(covered: Covered, how: CoveredBy, snapshot: Snapshot, memories: BackupMemories): Verdict {
  const subject = claimSubjectOf(covered);
  const name = coveredName(covered);
  switch (how) {
    case 'excluded':
      return { subject, level: 'ok', say: say('{name} is left out of backups by its annotation', { name }) };
    case 'planned': {
      const plans = plansOf(covered, snapshot);
      return plannedVerdict(plans, covered, sourcesOf(systemsOf(plans), snapshot));
    }
    case 'by-hand':
      return byHandVerdict(covered, snapshot);
    case 'not':
      return {
        subject,
        level: 'warn',
        say: say('no backup of {name} is known', { name }),
        evidence: [
          ...goneEvidence(covered, snapshot, memories),
          ...askedEvidence(covered, snapshot),
          ...usedEvidence(covered, snapshot),
          ...unseen(snapshot),
        ],
        steps: [...coverSteps(covered, snapshot), excludeStep(covered)],
        sources: allBackupSources(snapshot, ['persistentvolumeclaims', 'pods']),
      };
  }
}

const systemsOf = perInputs((plans: readonly BackupPlan[]) => [...new Set(plans.map(({ system }) => system))]);

/** Nearly all are: one verdict for as long as their plans are the same. */
const plannedVerdict = perInputs((plans: readonly BackupPlan[], covered: Covered, sources: string[]): Verdict => {
  const by = namesInWords(systemsOf(plans).map((system) => systemNames[system]));
  const words = say('{name} is backed up by {by}', { name: coveredName(covered), by });
  return { subject: claimSubjectOf(covered), level: 'ok', say: words, sources };
});

function sourcesOf(systems: readonly BackupSystem[], snapshot: Snapshot): string[] {
  return backupSources(systems, snapshot, ['persistentvolumeclaims', 'pods']);
}

/** One backup is better than none, and older each day. */
function byHandVerdict(covered: Covered, snapshot: Snapshot): Verdict {
  const good = runsOf(covered, snapshot).filter(({ result }) => result === 'good');
  const last = lastGoodOf(covered, snapshot, new Map());
  const name = coveredName(covered);
  return {
    subject: claimSubjectOf(covered),
    level: 'notice',
    say:
      last === null || last.at === null
        ? say('nothing makes backups of {name} again and again: those there are were made by hand', { name })
        : say('nothing makes backups of {name} again and again: the last was made by hand {at:age} ago', {
            ...{ name, at: last.at },
          }),
    steps: [...coverSteps(covered, snapshot), excludeStep(covered)],
    sources: sourcesOf([...new Set(good.map(({ system }) => system))], snapshot),
  };
}

/** Where nobody makes any backups one line says so, which one acknowledgement calms. */
function nothingIsVerdict(not: readonly Covered[], snapshot: Snapshot): Verdict {
  const [first = ''] = not;
  const values = { name: coveredName(first), count: not.length };
  const used = largest(
    not.map((covered) => ({ name: coveredName(covered), bytes: usedBytes(covered, snapshot) ?? 0 })),
  );
  return {
    subject: clusterSubject,
    level: 'warn',
    say:
      not.length === 1
        ? say('no backup is known of the one volume in use, {name}', values)
        : say('no backup is known of any of the {count} volumes in use', values),
    evidence: [
      { kind: 'text', say: say('{names}', { names: namesInWords(not.map(coveredName).sort()) }) },
      ...(used === null ? [] : [{ kind: 'value' as const, say: used }]),
      ...unseen(snapshot),
    ],
    steps: [
      { say: 'Set up backups to another machine: Longhorn, Velero, K8up and VolSync are known here' },
      { say: 'Of a CronJob that makes them say so by its annotation clusterwall.dev/backup-of: CLAIM' },
      ...not.slice(0, 1).map(excludeStep),
    ],
    sources: allBackupSources(snapshot, ['persistentvolumeclaims', 'pods']),
  };
}

function goneEvidence(
  covered: Covered,
  snapshot: Snapshot,
  memories: BackupMemories,
): NonNullable<Verdict['evidence']> {
  const at = lastGoodOf(covered, snapshot, memories)?.at ?? null;
  if (at === null) return [];
  return [{ kind: 'value', say: say('the last one known is of {at:at}, and is gone', { at }) }];
}

function usedBytes(covered: Covered, snapshot: Snapshot): number | null {
  const use = claimUses(snapshot).get(covered);
  return use === undefined || use.shares !== null ? null : (use.stats?.usedBytes ?? null);
}

function usedEvidence(covered: Covered, snapshot: Snapshot): NonNullable<Verdict['evidence']> {
  const { pods = [] } = claimUses(snapshot).get(covered) ?? {};
  const [first, ...others] = pods;
  if (first === undefined) return [];
  const values = { pod: shorten(first.name, 60), more: others.length };
  return [
    {
      kind: 'text',
      say:
        others.length === 0
          ? say('{pod} has it mounted', values)
          : say('{pod} and {more} more have it mounted', values),
    },
  ];
}

function unseen(snapshot: Snapshot): NonNullable<Verdict['evidence']> {
  const systems = forbiddenSystems(snapshot).map((system) => systemNames[system]);
  if (systems.length === 0) return [];
  return [{ kind: 'text', say: say('what {systems} does may not be looked at', { systems: systems.join(', ') }) }];
}

/** By what makes backups here already. */
function coverSteps(covered: Covered, snapshot: Snapshot): Step[] {
  const { plans, systems } = backupView(snapshot);
  const longhorn = plans.find(({ system }) => system === 'longhorn');
  const claim = snapshot.facts('persistentVolumeClaim').get(covered);
  const volume = snapshot.facts('longhornVolume').get(`${longhorn?.subject.namespace ?? ''}/${claim?.volume ?? ''}`);
  const names = systems.filter((system) => system !== 'etcd').map((system) => systemNames[system]);
  if (longhorn !== undefined && volume !== undefined) {
    const { namespace = 'longhorn-system', name } = longhorn.subject;
    return [addToJobStep(namespace, volume.name, name)];
  }
  const [first = 'a backup system'] = names;
  return [{ say: `Let ${names.length > 1 ? names.join(' or ') : first} take it too` }];
}

function addToJobStep(namespace: string, volume: string, job: string): Step {
  return {
    say: `Let the recurring job ${shorten(job, 60)} of Longhorn take it`,
    command: command`kubectl -n ${namespace} label volumes.longhorn.io ${volume} ${`recurring-job.longhorn.io/${job}=enabled`}`,
  };
}

/** Of what is covered otherwise: whoever wrote the label thinks that it does something. What nothing covers says so itself. */
function askedInVain(snapshot: Snapshot): Verdict[] {
  const { of } = coverageOf(snapshot);
  const asking = backupView(snapshot).asksInVain.filter(({ covered }) => (of.get(covered) ?? 'not') !== 'not');
  return asking.map((asked) => ({
    subject: claimSubjectOf(asked.covered),
    key: 'asks',
    level: 'notice',
    say: askedSay(asked),
    sources: sourcesOf([asked.system], snapshot),
  }));
}

function askedSay({ system, covered, names }: AskedInVain): Say {
  return say('{name} asks {system} for {names}, which does not exist', {
    ...{ name: coveredName(covered), system: systemNames[system] },
    names: namesInWords(names.map((each) => shorten(each, 60))),
  });
}

function askedEvidence(covered: Covered, snapshot: Snapshot): NonNullable<Verdict['evidence']> {
  const asked = backupView(snapshot).asksInVain.filter((each) => each.covered === covered);
  return asked.map((each) => ({ kind: 'text', say: askedSay(each) }));
}

/** The database of k3s and RKE2 where they run an etcd of their own; what others do of theirs is not seen. */
function databaseVerdict(snapshot: Snapshot): Verdict[] {
  const server = [...snapshot.facts('node').values()].find(
    (node) => isServerNode(node) && node.roles.includes('etcd') && ['k3s', 'rke2'].includes(nodeDistribution(node)),
  );
  const listed = snapshot.sources.get('etcdsnapshotfiles');
  // Versions before the kind was there tell nothing of their snapshots.
  if (server === undefined || listed === undefined || listed.state === 'absent' || listed.state === 'forbidden')
    return [];
  const head = { subject: clusterSubject, key: 'database', sources: backupSources(['etcd'], snapshot, ['nodes']) };
  if (runsOf('etcd', snapshot).some(({ result }) => result === 'good')) {
    return [{ ...head, level: 'ok', say: say("the cluster's own database has snapshots") }];
  }
  const program = nodeDistribution(server);
  return [
    {
      ...head,
      level: 'notice',
      say: say("no snapshot of the cluster's own database is known"),
      steps: [{ say: `Make one, on ${shorten(server.name, 60)}`, command: `${program} etcd-snapshot save` }],
    },
  ];
}
