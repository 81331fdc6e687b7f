import { rawTime, type RawNode, type RawTaint } from './raw-objects.ts';

const PRESSURE_TAINTS: readonly (readonly [condition: string, taint: string])[] = [
  ['MemoryPressure', 'memory-pressure'],
  ['DiskPressure', 'disk-pressure'],
  ['PIDPressure', 'pid-pressure'],
  ['NetworkUnavailable', 'network-unavailable'],
];

/** The taints that the node controller wants on a node; those it has already keep their time. */
export function wantedTaints(node: RawNode, now: number): RawTaint[] {
  const status = (type: string) => node.status.conditions.find((condition) => condition.type === type)?.status;
  const wanted = PRESSURE_TAINTS.filter(([type]) => status(type) === 'True').map(([, taint]) => scheduleTaint(taint));
  if (node.spec.unschedulable) wanted.push(scheduleTaint('unschedulable'));
  const ready = status('Ready');
  const unready = ready === 'Unknown' ? 'unreachable' : ready === 'False' ? 'not-ready' : null;
  if (unready) {
    wanted.push(scheduleTaint(unready), { key: `node.kubernetes.io/${unready}`, effect: 'NoExecute' });
  }
  const known = node.spec.taints ?? [];
  const same = (one: RawTaint, other: RawTaint) => one.key === other.key && one.effect === other.effect;
  return wanted.map((taint) => known.find((had) => same(had, taint)) ?? { ...taint, timeAdded: rawTime(now) });
}

/** The node with its taints as wanted; the very same object if nothing changes. */
export function withWantedTaints(node: RawNode, now: number): RawNode {
  const taints = wantedTaints(node, now);
  if (JSON.stringify(taints) === JSON.stringify(node.spec.taints ?? [])) return node;
  const { taints: _before, ...spec } = node.spec;
  return { ...node, spec: taints.length === 0 ? spec : { ...spec, taints } };
}

function scheduleTaint(name: string): RawTaint {
  return { key: `node.kubernetes.io/${name}`, effect: 'NoSchedule' };
}
