import { createRandom } from './random.ts';

/** A claim of the homelab, and what is kept in it. */
export interface Claim {
  namespace: string;
  name: string;
  /** What its volume is made of: replicas on disks of nodes, a directory of one node's own disk, or the NAS. */
  is: 'longhorn' | 'local-path' | 'nfs';
  gibibytes: number;
  /** How much was in it when the demo began, and what comes every day. */
  usedBytes: number;
  files: number;
  bytesPerDay: number;
  /** Nodes with a replica of its data, or the one with its directory. */
  on: readonly string[];
  annotations?: Readonly<Record<string, string>>;
}

const MB = 1e6;
const GB = 1e9;

/** All claims of the homelab. */
export const homeClaims: readonly Claim[] = [
  longhorn('gitea/gitea-data', 10, { bytes: 1.9 * GB, files: 24_310, perDay: 9 * MB }, ['nuc0', 'nuc1']),
  longhorn('gitea/data-gitea-postgresql-0', 8, { bytes: 3.4 * GB, files: 2_460, perDay: 6 * MB }, ['nuc1', 'nuc0']),
  longhorn('monitoring/grafana-data', 2, { bytes: 186 * MB, files: 412, perDay: 0.4 * MB }, ['nuc1', 'nuc0']),
  longhorn('monitoring/data-victoria-metrics-0', 60, { bytes: 24 * GB, files: 5_180, perDay: 110 * MB }, [
    'nuc0',
    'nuc1',
  ]),
  longhorn('home/data-home-assistant-0', 8, { bytes: 1.3 * GB, files: 6_940, perDay: 7 * MB }, ['nuc0', 'nuc2']),
  longhorn('home/zigbee2mqtt-data', 1, { bytes: 14 * MB, files: 63, perDay: 0.05 * MB }, ['nuc2', 'nuc1']),
  longhorn('home/mosquitto-data', 1, { bytes: 4.2 * MB, files: 17, perDay: 0.01 * MB }, ['nuc1', 'nuc2']),
  longhorn('media/jellyfin-data', 20, { bytes: 7.2 * GB, files: 88_400, perDay: 21 * MB }, ['nuc2', 'nuc0']),
  // Its owner thought one copy enough.
  longhorn('mealie/mealie-data', 4, { bytes: 640 * MB, files: 3_120, perDay: 1.5 * MB }, ['nuc2']),
  longhorn('paperless/paperless-ngx-data', 30, { bytes: 11.8 * GB, files: 31_700, perDay: 24 * MB }, ['nuc2', 'nuc1']),
  longhorn('paperless/data-paperless-postgres-0', 8, { bytes: 530 * MB, files: 1_910, perDay: 2 * MB }, [
    'nuc0',
    'nuc1',
  ]),
  {
    ...named('paperless/paperless-redis-data'),
    ...{ is: 'local-path', gibibytes: 1, usedBytes: 38 * MB, files: 4, bytesPerDay: 0, on: ['nuc0'] },
    annotations: { 'clusterwall.dev/backup': 'none' },
  },
  {
    ...named('media/media-library'),
    ...{ is: 'nfs', gibibytes: 8_000, usedBytes: 7_410 * GB, files: 61_300, bytesPerDay: 3.1 * GB, on: [] },
  },
];

/** What Harbor keeps, while it stands. */
export const harborClaims: readonly Claim[] = [
  longhorn('harbor/data-harbor-database-0', 8, { bytes: 310 * MB, files: 1_840, perDay: 0.5 * MB }, ['nuc1', 'nuc2']),
  longhorn('harbor/data-harbor-redis-0', 8, { bytes: 61 * MB, files: 16, perDay: 0 }, ['nuc1', 'nuc0']),
  longhorn('harbor/harbor-registry-data', 8, { bytes: 4.6 * GB, files: 9_720, perDay: 4 * MB }, ['nuc1', 'nuc2']),
];

const known = new Map([...homeClaims, ...harborClaims].map((claim) => [claimKey(claim), claim]));

/** The claim of this key, undefined if the homelab has no such. */
export function claimOf(key: string): Claim | undefined {
  return known.get(key);
}

/** `namespace/name`. */
export function claimKey({ namespace, name }: Pick<Claim, 'namespace' | 'name'>): string {
  return `${namespace}/${name}`;
}

/** The UID of a claim: the same in each demo, so that scenarios can name volumes. */
export function claimUid(claim: Pick<Claim, 'namespace' | 'name'>): string {
  return createRandom(0x51a4).fork(claimKey(claim)).uid();
}

/** The name of its PersistentVolume, and of the Longhorn volume below. */
export function volumeOfClaim(claim: Claim): string {
  return claim.is === 'nfs' ? `nas-${claim.name}` : `pvc-${claimUid(claim)}`;
}

/** The same by the claim's key. Throws if there is no such. */
export function volumeNamed(key: string): string {
  const claim = claimOf(key);
  if (!claim) throw new Error(`the demo has no claim ${key}`);
  return volumeOfClaim(claim);
}

function longhorn(
  key: string,
  gibibytes: number,
  { bytes, files, perDay }: { bytes: number; files: number; perDay: number },
  on: readonly string[],
): Claim {
  return { ...named(key), is: 'longhorn', gibibytes, usedBytes: bytes, files, bytesPerDay: perDay, on };
}

function named(key: string): { namespace: string; name: string } {
  const [namespace = '', name = ''] = key.split('/');
  return { namespace, name };
}
