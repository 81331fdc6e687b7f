import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { meantTimeOf } from './meant-time.ts';
import { mostBytes, quantityOf } from './quantity.ts';
import { asItIs, messageOf, objectOf, textOf, type Intern } from './read-raw.ts';

/** A CephCluster of Rook. Source: `/apis/ceph.rook.io/v1/cephclusters`. */
export interface CephClusterFact extends FactHead {
  namespace: string;
  name: string;
  /** `HEALTH_OK`, `HEALTH_WARN`, `HEALTH_ERR`, "" where the operator has said nothing yet, or the raw word. */
  health: string;
  /** Its named checks, `OSD_DOWN` and the like, worst first, at most 30. */
  checks: readonly { name: string; severity: string; message: string }[];
  /** When the operator last asked, and when the answer last changed. Epoch ms. */
  checkedAt: number | null;
  changedAt: number | null;
  totalBytes: number | null;
  usedBytes: number | null;
  availableBytes: number | null;
  /** `Ready`, `Connected` (external), `Progressing`, `Failure`, ... */
  phase: string;
  message: string;
}

/** A raw CephCluster of Rook as a fact; null if it has no name. */
export function cephClusterFact(raw: unknown, source: string, intern: Intern = asItIs): CephClusterFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const status = objectOf(objectOf(raw)['status']);
  const ceph = objectOf(status['ceph']);
  const capacity = objectOf(ceph['capacity']);
  return {
    ...identity,
    source,
    health: intern(textOf(ceph['health'], 64)),
    checks: checksOf(ceph['details'], intern),
    checkedAt: meantTimeOf(ceph['lastChecked']),
    changedAt: meantTimeOf(ceph['lastChanged']),
    totalBytes: quantityOf(capacity['bytesTotal'], mostBytes),
    usedBytes: quantityOf(capacity['bytesUsed'], mostBytes),
    availableBytes: quantityOf(capacity['bytesAvailable'], mostBytes),
    phase: intern(textOf(status['phase'], 64)),
    message: intern(messageOf(status['message'])),
  };
}

const mostChecks = 30;
/** Worst first; what none of them is (`error` of an operator that cannot ask is `Urgent`) stands before all. */
const severities = ['HEALTH_ERR', 'HEALTH_WARN', 'HEALTH_OK'];

function checksOf(details: unknown, intern: Intern): CephClusterFact['checks'] {
  const checks = Object.entries(objectOf(details)).map(([name, value]) => {
    const { severity, message } = objectOf(value);
    return { name, severity: textOf(severity, 64), message };
  });
  return checks
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
    .slice(0, mostChecks)
    .map(({ name, severity, message }) => ({
      name: intern(textOf(name, 128)),
      severity: intern(severity),
      message: intern(messageOf(message)),
    }));
}
