import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { meantTimeOf } from './meant-time.ts';
import { mostBytes, quantityOf } from './quantity.ts';
import { asItIs, messageOf, objectOf, objectsOf, textOf, textsOf, type Intern, type Raw } from './read-raw.ts';

/** A PersistentVolume: where a claim's data really are. Source: `/api/v1/persistentvolumes`. Key: its name. */
export interface PersistentVolumeFact extends FactHead {
  name: string;
  /** `Pending`, `Available`, `Bound`, `Released`, `Failed`, "" or what a newer API may say. */
  phase: string;
  /** Why, where the API says so; "" mostly. */
  reason: string;
  message: string;
  capacityBytes: number | null;
  /** `ReadWriteOnce`, ... at most 8. */
  accessModes: readonly string[];
  /** `Retain`, `Delete`, ... */
  reclaimPolicy: string;
  storageClass: string;
  /** Whose it is, or was while Released; null if nobody's yet. */
  claim: { namespace: string; name: string; uid: string } | null;
  /** What it is made of. */
  made: VolumeMaking;
  /** Nodes from which alone it can be reached (`spec.nodeAffinity`, by host name), at most 16; empty: from all. */
  nodes: readonly string[];
  createdAt: number | null;
  /** When its phase last changed, epoch ms. */
  phaseChangedAt: number | null;
  deletingAt: number | null;
}

/** `csi`: `driver` and `handle`, and `server` and `path` where it is a share of a server; `nfs`: `server` and `path`; `local`, `host`: `path`; `other`: the key of its source as `driver`. */
export interface VolumeMaking {
  is: 'csi' | 'local' | 'host' | 'nfs' | 'other';
  /** `driver.longhorn.io`, "" where there is none. */
  driver: string;
  handle: string;
  server: string;
  path: string;
}

/** A raw PersistentVolume as a fact; null if it has no name. */
export function persistentVolumeFact(
  raw: unknown,
  source: string,
  intern: Intern = asItIs,
): PersistentVolumeFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const metadata = objectOf(objectOf(raw)['metadata']);
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  return {
    ...{ key: identity.key, uid: identity.uid, source, name: identity.name },
    phase: intern(textOf(status['phase'], 64)),
    reason: intern(textOf(status['reason'], 128)),
    message: intern(messageOf(status['message'])),
    capacityBytes: quantityOf(objectOf(spec['capacity'])['storage'], mostBytes),
    accessModes: textsOf(spec['accessModes'], mostModes, 64).map(intern),
    reclaimPolicy: intern(textOf(spec['persistentVolumeReclaimPolicy'], 64)),
    storageClass: intern(textOf(spec['storageClassName'])),
    claim: claimOf(objectOf(spec['claimRef']), intern),
    made: makingOf(spec, intern),
    nodes: nodesOf(spec, intern),
    createdAt: meantTimeOf(metadata['creationTimestamp']),
    phaseChangedAt: meantTimeOf(status['lastPhaseTransitionTime']),
    deletingAt: meantTimeOf(metadata['deletionTimestamp']),
  };
}

const mostModes = 8;
const mostNodes = 16;
const pathLength = 500;

function claimOf(reference: Raw, intern: Intern): PersistentVolumeFact['claim'] {
  const name = textOf(reference['name']);
  if (name === '') return null;
  return { namespace: intern(textOf(reference['namespace'])), name: intern(name), uid: textOf(reference['uid']) };
}

const known = ['csi', 'nfs', 'local', 'hostPath'];
/** What of a spec is a source of no volume. */
const noMaking = new Set(['capacity', 'claimRef', 'nodeAffinity']);

function makingOf(spec: Raw, intern: Intern): VolumeMaking {
  const of = (is: VolumeMaking['is'], part: Partial<VolumeMaking> = {}): VolumeMaking => ({
    ...{ is, driver: '', handle: '', server: '', path: '' },
    ...part,
  });
  const sources = Object.keys(spec).filter((each) => !noMaking.has(each) && isSource(spec[each]));
  const key = known.find((each) => sources.includes(each)) ?? sources[0] ?? '';
  const raw = objectOf(spec[key]);
  const path = textOf(raw['path'], pathLength);
  switch (key) {
    case 'csi':
      return of('csi', csiOf(raw, intern));
    case 'nfs':
      return of('nfs', { server: intern(textOf(raw['server'])), path });
    case 'local':
      return of('local', { path });
    case 'hostPath':
      return of('host', { path });
    default:
      return of('other', { driver: intern(textOf(key, 128)) });
  }
}

function isSource(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function csiOf(raw: Raw, intern: Intern): Partial<VolumeMaking> {
  const attributes = objectOf(raw['volumeAttributes']);
  return {
    driver: intern(textOf(raw['driver'])),
    handle: textOf(raw['volumeHandle'], pathLength),
    server: intern(textOf(attributes['server'])),
    path: textOf(attributes['share'], pathLength),
  };
}

function nodesOf(spec: Raw, intern: Intern): readonly string[] {
  const required = objectOf(objectOf(spec['nodeAffinity'])['required']);
  const rules = objectsOf(required['nodeSelectorTerms'], mostNodes).flatMap(({ matchExpressions }) =>
    objectsOf(matchExpressions, mostNodes),
  );
  const named = rules.filter(({ key, operator }) => key === 'kubernetes.io/hostname' && operator === 'In');
  const names = named.flatMap(({ values }) => textsOf(values, mostNodes).map(intern));
  return [...new Set(names)].slice(0, mostNodes);
}
