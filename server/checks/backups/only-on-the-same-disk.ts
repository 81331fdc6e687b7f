import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { say } from '#shared/say.ts';
import { coverageOf } from '../backup-coverage.ts';
import { backupNeeds, backupSources } from '../backup-systems.ts';
import { plansTo } from '../backup-targets.ts';
import { backupView, plansOf, runsOf, type BackupTarget, type Covered } from '../backup-view.ts';
import { coveredName, namesInWords, planName } from '../backup-words.ts';
import { inThisCluster } from '../in-this-cluster.ts';
import { shorten } from '../shorten.ts';
import { clusterSubject } from '../subjects.ts';

/** Do backups lie where the data are? As far as it can be known: by names and addresses. */
export default defineCheck({
  check: 'backups/only-on-the-same-disk',
  about: 'backups go to a place within this very cluster, or are snapshots on the same storage: they are lost with it',
  needs: {
    ...backupNeeds,
    service: 'optional',
    node: 'optional',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
  },
  settings: {},
  judge: (snapshot) => [
    ...backupView(snapshot).targets.flatMap((target) => targetVerdict(target, snapshot) ?? []),
    ...snapshotsVerdict(snapshot),
    ...databaseVerdict(snapshot),
  ],
});

function targetVerdict(target: BackupTarget, snapshot: Snapshot): Verdict | null {
  const { subject, system, url } = target;
  // Of snapshots of etcd there is a line for itself.
  if (url === '' || system === 'etcd') return null;
  const head = { subject, sources: backupSources([system], snapshot, ['services', 'nodes']) };
  const name = shorten(subject.name, 60);
  const found = inThisCluster(url, snapshot);
  if (found === null) {
    return { ...head, level: 'ok', say: say('the backup target {name} is not known to be in this cluster', { name }) };
  }
  const plans = plansTo(target, backupView(snapshot)).map(planName);
  return {
    ...head,
    // A node may have a disk for it that nothing else is on.
    level: found.is === 'service' ? 'warn' : 'notice',
    say:
      found.is === 'service'
        ? say('the backup target {name} is in this very cluster, {place}: what takes the cluster takes its backups', {
            ...{ name, place: found.name },
          })
        : say('the backup target {name} is {place} of this cluster: its disk may be the one that holds the data', {
            ...{ name, place: found.name },
          }),
    evidence: [
      { kind: 'text', say: say('{url}', { url: shorten(url, 160) }) },
      ...(plans.length === 0
        ? []
        : [{ kind: 'text' as const, say: say('{plans} go there', { plans: namesInWords(plans) }) }]),
    ],
    steps: [{ say: 'Let backups go to another machine, or copy them there too' }],
  };
}

/** Claims that nothing but snapshots covers. One line of all of them: it is one decision. */
function snapshotsVerdict(snapshot: Snapshot): Verdict[] {
  const alone = [...coverageOf(snapshot).of.keys()].filter((covered) => isBySnapshotsAlone(covered, snapshot)).sort();
  if (!backupView(snapshot).systems.includes('snapshots')) return [];
  const head = {
    ...{ subject: clusterSubject, key: 'snapshots' },
    sources: backupSources(['snapshots'], snapshot, ['persistentvolumeclaims', 'pods']),
  };
  if (alone.length === 0) return [{ ...head, level: 'ok', say: say('no volume has snapshots alone') }];
  const values = { names: namesInWords(alone.map(coveredName)), count: alone.length };
  return [
    {
      ...head,
      level: 'warn',
      say:
        alone.length === 1
          ? say('{names} has VolumeSnapshots alone, which mostly lie on the same storage', values)
          : say('{count} volumes have VolumeSnapshots alone, which mostly lie on the same storage', values),
      evidence: [{ kind: 'text', say: say('{names}', values) }],
      steps: [
        { say: 'Back them up to another machine too; acknowledge this if your storage keeps snapshots elsewhere' },
      ],
    },
  ];
}

function isBySnapshotsAlone(covered: Covered, snapshot: Snapshot): boolean {
  const good = runsOf(covered, snapshot).filter(({ result }) => result === 'good');
  return (
    good.length > 0 &&
    good.every(({ system }) => system === 'snapshots') &&
    plansOf(covered, snapshot).every(({ system }) => system === 'snapshots')
  );
}

/** As k3s makes them if nobody says otherwise. */
function databaseVerdict(snapshot: Snapshot): Verdict[] {
  const facts = [...snapshot.facts('etcdSnapshot').values()].filter(({ ready }) => ready !== false);
  if (facts.length === 0) return [];
  const head = { subject: clusterSubject, key: 'database', sources: backupSources(['etcd'], snapshot) };
  // One that does not say where it lies is neither here nor elsewhere.
  const told = facts.filter(({ location }) => location !== '');
  if (told.length === 0) {
    return [
      { ...head, level: 'unknown', say: say("where snapshots of the cluster's own database are kept is not known") },
    ];
  }
  if (told.some(({ location }) => !location.startsWith('file:'))) {
    return [{ ...head, level: 'ok', say: say("snapshots of the cluster's own database are kept elsewhere too") }];
  }
  const nodes = [...new Set(facts.map(({ node }) => node))].filter((node) => node !== '').sort();
  const values = { nodes: namesInWords(nodes.map((node) => shorten(node, 60))) };
  return [
    {
      ...head,
      level: 'notice',
      say:
        nodes.length === 0
          ? say("snapshots of the cluster's own database lie on its own nodes alone", values)
          : say("snapshots of the cluster's own database lie on {nodes} alone, beside the database", values),
      steps: [
        { say: 'Let them go to a bucket too (etcd-s3 in the configuration of k3s or RKE2), or copy them elsewhere' },
      ],
    },
  ];
}
