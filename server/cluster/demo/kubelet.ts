import { fineConditions, makeLease } from './make-node.ts';
import { withWantedTaints } from './node-taints.ts';
import { rawMicroTime, rawTime, type RawCondition, type RawNode } from './raw-objects.ts';
import type { ConditionReport } from './scenario.ts';
import type { World } from './world.ts';

/** What reports a node's state: without it the node is still there, and nobody speaks for it. */
export interface Kubelet {
  readonly silent: boolean;
  silence(): void;
  revive(): void;
  /** Reports this from now on. */
  report(condition: ConditionReport): void;
  /** Is heard, has nothing to complain of, and says so at once. */
  recover(): void;
  stop(): void;
}

const RENEW_EVERY_MS = 10_000;
// A kubelet without news writes its status every 5 minutes.
const RENEWALS_PER_STATUS = 30;
// A kubelet that could not renew tries again within this time.
const CATCH_UP_MS = { low: 200, high: 1500 };

/** Starts to renew the lease, and posts the node's status now and then. The node must be there. */
export function startKubelet(world: World, node: RawNode): Kubelet {
  const { store, random, schedule, door } = world;
  const name = node.metadata.name;
  let reports = reportsOf(node.status.conditions);
  let silent = false;
  let ended = false;
  let couldWrite = door.acceptsWrites;
  let renewals = random.between(0, RENEWALS_PER_STATUS - 1);

  const canWrite = () => !silent && !ended && door.acceptsWrites && store.get('nodes', name) !== undefined;

  function renew(): void {
    if (!canWrite()) return;
    renewLease(world, node);
    renewals += 1;
    if (renewals % RENEWALS_PER_STATUS === 0) postStatus(world, name, reports);
  }

  function catchUp(): void {
    world.later(random.between(CATCH_UP_MS.low, CATCH_UP_MS.high), () => {
      renew();
      if (canWrite()) postStatus(world, name, reports);
    });
  }

  const endRenewing = schedule.every(RENEW_EVERY_MS, random.between(0, RENEW_EVERY_MS - 1), renew);
  const endListening = door.onChange(() => {
    if (!couldWrite && canWrite()) catchUp();
    couldWrite = door.acceptsWrites;
  });

  return {
    get silent() {
      return silent || ended;
    },
    silence() {
      silent = true;
    },
    revive() {
      if (silent) catchUp();
      silent = false;
    },
    report(condition) {
      reports = [...reports.filter(({ type }) => type !== condition.type), condition];
      world.later(0, () => {
        if (canWrite()) postStatus(world, name, reports);
      });
    },
    recover() {
      silent = false;
      reports = reportsOf(fineConditions);
      renewLease(world, node);
      postStatus(world, name, reports);
      const known = store.get('nodes', name);
      const mended = known && withWantedTaints(known, world.now());
      if (mended && mended !== known) store.put('nodes', mended);
    },
    stop() {
      ended = true;
      endRenewing();
      endListening();
    },
  };
}

function reportsOf(conditions: readonly Omit<RawCondition, 'lastTransitionTime'>[]): ConditionReport[] {
  return conditions.map(({ type, status, reason = '', message = '' }) => {
    return { type, status: status as ConditionReport['status'], reason, message };
  });
}

function renewLease({ store, random, now }: World, node: RawNode): void {
  const renewTime = rawMicroTime(now(), random.between(0, 999));
  const known = store.get('leases', `kube-node-lease/${node.metadata.name}`);
  const lease = known ?? makeLease(node, random, renewTime);
  store.put('leases', { ...lease, spec: { ...lease.spec, renewTime } });
}

function postStatus(world: World, name: string, reports: readonly ConditionReport[]): void {
  const known = world.store.get('nodes', name);
  if (!known) return;
  const conditions = mergeReports(known.status.conditions, reports, world.now());
  const changed = conditions.filter((condition) => statusIn(known, condition.type) !== condition.status);
  const about = world.store.put('nodes', { ...known, status: { ...known.status, conditions } });
  for (const { type, status, reason = '' } of changed) {
    const what = type === 'Ready' ? (status === 'True' ? 'NodeReady' : 'NodeNotReady') : nodeReason(reason);
    const message = `Node ${name} status is now: ${what}`;
    world.note({ about, kind: 'Node', reason: what, message, component: 'kubelet', host: name });
  }
}

/** The conditions in their known order, with what is reported. Times of transition stay where the status does. */
function mergeReports(
  known: readonly RawCondition[],
  reports: readonly ConditionReport[],
  now: number,
): RawCondition[] {
  const types = [...new Set([...known.map(({ type }) => type), ...reports.map(({ type }) => type)])];
  return types.flatMap((type) => {
    const before = known.find((condition) => condition.type === type);
    const report = reports.find((condition) => condition.type === type);
    if (!report) return before ? [before] : [];
    const since = before && before.status === report.status ? before.lastTransitionTime : rawTime(now);
    const { status, reason, message } = report;
    return [{ type, status, lastHeartbeatTime: rawTime(now), lastTransitionTime: since, reason, message }];
  });
}

function statusIn(node: RawNode, type: string): string | undefined {
  return node.status.conditions.find((condition) => condition.type === type)?.status;
}

/** `KubeletHasDiskPressure` is told as `NodeHasDiskPressure`. */
function nodeReason(reason: string): string {
  return reason.replace(/^Kubelet/, 'Node');
}
