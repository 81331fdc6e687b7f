import { volumeNamed } from './claims.ts';
import type { WorkloadFault } from './fate.ts';
import { cannotPull, noSuchHost, notFound, refusedAt } from './pull-words.ts';
import type { Scenario, Step } from './scenario.ts';

const MINUTE_MS = 60_000;
// Longer than the 2 min that a wall waits before it says that something is missing.
const FAULT_MS = 3 * MINUTE_MS;
// What was missing for 2 min must be there for 2 min before the wall believes it.
const CALM_MS = 4 * MINUTE_MS;

const DATABASE_LOG = [
  '{at} [1] LOG:  starting PostgreSQL 17.8 (Debian 17.8-1.pgdg13+1) on x86_64-pc-linux-gnu, 64-bit',
  '{at} [1] LOG:  listening on IPv4 address "0.0.0.0", port 5432',
  '{at} [29] LOG:  database system was interrupted; last known up at 2026-11-21 02:14:07 UTC',
  '{at} [29] LOG:  invalid resource manager ID in primary checkpoint record',
  '{at} [29] PANIC:  could not locate a valid checkpoint record',
  '{at} [1] LOG:  startup process (PID 29) was terminated by signal 6: Aborted',
  '{at} [1] LOG:  aborting startup due to startup process failure',
  '{at} [1] LOG:  database system is shut down',
];
const PAPERS = volumeNamed('paperless/data-paperless-postgres-0');
const GHCR = '140.82.121.33:443';
const CACHE_LOG = ['{at} # Server initialized', '{at} * Loading RDB produced by version 8.2.2'];

/** What goes wrong with workloads: each comes, stays for 3 min and goes. */
export const workloadScenarios: readonly Scenario[] = [
  trouble(
    'crash-loop',
    'A database crashes again and again',
    'gitea-postgresql cannot start: PostgreSQL finds no valid checkpoint record, and its pod crashes again and again.',
    { 'gitea/gitea-postgresql': { fate: { is: 'crashing', exitCode: 1, reason: 'Error', log: DATABASE_LOG } } },
  ),
  trouble(
    'out-of-memory',
    'A container gets too little memory',
    'paperless-redis was given a limit of 16Mi and is killed whenever it needs more.',
    {
      'paperless/paperless-redis': {
        template: { memory: '16Mi' },
        fate: { is: 'crashing', exitCode: 137, reason: 'OOMKilled', log: CACHE_LOG },
      },
    },
  ),
  trouble(
    'image-tag-missing',
    'An image tag does not exist',
    'home-assistant was updated to a tag that nobody has pushed: its image cannot be pulled.',
    { 'home/home-assistant': cannotPull('ghcr.io/home-assistant/home-assistant:2026.7.22', notFound) },
  ),
  trouble(
    'public-registry-down',
    'A public registry is down',
    'ghcr.io refuses connections just when three applications were updated: none of them can pull its image.',
    {
      'home/home-assistant': cannotPull('ghcr.io/home-assistant/home-assistant:2026.7.3', refusedAt(GHCR)),
      'mealie/mealie': cannotPull('ghcr.io/mealie-recipes/mealie:v3.12.0', refusedAt(GHCR)),
      'paperless/paperless-ngx': cannotPull('ghcr.io/paperless-ngx/paperless-ngx:2.21.2', refusedAt(GHCR)),
    },
  ),
  trouble(
    'registry-unknown',
    "A registry's name is unknown",
    'zigbee2mqtt was pointed to a registry whose name nobody can resolve.',
    { 'home/zigbee2mqtt': cannotPull('registry.invalid/koenkk/zigbee2mqtt:2.9.1', noSuchHost) },
  ),
  trouble(
    'quota-used-up',
    'A quota lets no pod in',
    'The quota of namespace paperless was lowered: paperless-ngx wants a pod and cannot get one.',
    { 'paperless/paperless-ngx': { fate: { is: 'refused', quota: 'paperless-quota' } } },
  ),
  trouble(
    'no-node-fits',
    'No node has room',
    'jellyfin asks for 64 GB of memory, which no node has: it stays pending.',
    {
      'media/jellyfin': {
        template: { memory: '64Gi' },
        fate: {
          is: 'unscheduled',
          message:
            '0/4 nodes are available: 4 Insufficient memory. no new claims to deallocate, preemption: 0/4 nodes are available: 4 No preemption victims found for incoming pod.',
        },
      },
    },
  ),
  trouble(
    'config-missing',
    'A ConfigMap is missing',
    'mosquitto was restarted after its ConfigMap was deleted: its container cannot be made.',
    { 'home/mosquitto': { fate: { is: 'unconfigured', message: 'configmap "mosquitto-config" not found' } } },
  ),
  trouble(
    'not-ready',
    'An application runs and is not ready',
    'grafana runs, but its readiness probe fails: nobody is led to it.',
    {
      'monitoring/grafana': {
        fate: { is: 'unready', message: 'Readiness probe failed: HTTP probe failed with statuscode: 503' },
      },
    },
  ),
  trouble(
    'stuck-terminating',
    'A pod cannot go',
    'victoria-metrics was deleted and waits for a finalizer that nobody takes away.',
    { 'monitoring/victoria-metrics': { fate: { is: 'stuck', finalizer: 'backup.example.com/hold' } } },
  ),
  trouble(
    'roll-out-stuck',
    'A roll-out stands still',
    'argocd-server is rolled out to an image that does not exist: the old pod goes on, the new one never comes up.',
    { 'argocd/argocd-server': cannotPull('quay.io/argoproj/argocd:v3.4.20', notFound) },
  ),
  trouble(
    'volume-not-mounted',
    'A volume cannot be mounted',
    'paperless-postgres was restarted, and the file system of its volume cannot be mounted.',
    {
      'paperless/paperless-postgres': {
        fate: {
          is: 'unmounted',
          message: `MountVolume.MountDevice failed for volume "${PAPERS}" : rpc error: code = Internal desc = mount failed: exit status 32 Output: mount: can't read superblock on /dev/longhorn/${PAPERS}.`,
        },
      },
    },
  ),
  trouble(
    'liveness-failing',
    'A container hangs again and again',
    'gitea does not answer its liveness probe and is killed and started again every half minute.',
    {
      'gitea/gitea': {
        fate: {
          is: 'restarting',
          everyMs: 35_000,
          message:
            'Liveness probe failed: Get "http://10.42.1.17:3000/": context deadline exceeded (Client.Timeout exceeded while awaiting headers)',
        },
      },
    },
  ),
  trouble(
    'restarting-often',
    'A container restarts often',
    'mosquitto runs well for ten minutes at a time, and has restarted four times within the hour.',
    { 'home/mosquitto': { fate: { is: 'restarted', madeAgoMs: 55 * MINUTE_MS, times: 4 } } },
  ),
];

function trouble(
  name: string,
  title: string,
  about: string,
  faults: Readonly<Record<string, WorkloadFault>>,
): Scenario {
  const begins = Object.entries(faults).map(([workload, fault]): Step => {
    return { afterMs: 0, do: { action: 'workloadFails', workload, ...fault } };
  });
  const ends = Object.keys(faults).map((workload, index): Step => {
    return { afterMs: index === 0 ? FAULT_MS : 0, do: { action: 'workloadHeals', workload } };
  });
  return { name, title, about, steps: [...begins, ...ends], againAfterMs: CALM_MS };
}
