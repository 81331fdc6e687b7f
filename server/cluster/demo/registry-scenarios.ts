import { harborWorkloads } from './harbor.ts';
import { NAS } from './machines.ts';
import { answeredWith, notFound, refusedAt } from './pull-words.ts';
import type { Action, Scenario } from './scenario.ts';
import { atOnce, fault, FAULT_MS, story, told } from './story.ts';
import { ownBuilds, workloads } from './workloads.ts';

const UNSEEN_MS = 30_000;
const DOWN_BEFORE_MS = 25_000;
const STANDS_MS = 60_000;
const DATABASE_GOES_MS = 5_000;

const CORE_LOG = [
  '{at} [INFO] [/core/main.go:172]: initializing database...',
  '{at} [ERROR] [/common/utils/utils.go:108]: failed to connect to tcp://harbor-database:5432, retry after 2 seconds :dial tcp: connect: connection refused',
  '{at} [FATAL] [/core/main.go:180]: failed to initialize database: failed to connect to tcp:harbor-database:5432 after 60 seconds',
];

const down: Action = { thing: 'registry', action: 'registryRefuses' };
const empty: Action = { thing: 'registry', action: 'registryEmptied' };
const heals: Action = { thing: 'registry', action: 'registryHeals' };
const mended = ownBuilds.map((workload): Action => ({ action: 'workloadHeals', workload }));

/** What goes wrong with the registries of the homelab: each comes, stays for 3 min and goes. */
export const registryScenarios: readonly Scenario[] = [
  told(
    'registry-down',
    'The registry is down',
    'The registry on the NAS refuses connections. Half a minute later four applications are restarted: none of their seven pods can pull its image.',
    [
      ...atOnce(0, [down]),
      ...atOnce(UNSEEN_MS, restarted(ownBuilds, refusedAt(`${NAS.address}:443`))),
      ...atOnce(FAULT_MS - UNSEEN_MS, [heals, ...mended]),
    ],
  ),
  told(
    'registry-emptied',
    'The registry has lost its images',
    'The registry on the NAS was made anew without its volume: it answers, and all images that were built at home are gone.',
    [
      ...atOnce(0, [down]),
      ...atOnce(DOWN_BEFORE_MS, [empty]),
      ...atOnce(UNSEEN_MS, restarted(['home/doorbell'], notFound)),
      ...atOnce(FAULT_MS - DOWN_BEFORE_MS - UNSEEN_MS, [heals, ...mended]),
    ],
  ),
  told(
    'registry-depends-on-itself',
    'The registry pulls through itself',
    "Harbor's database comes through Harbor itself. After a minute its node is upgraded: the database cannot be pulled, and Harbor stays down.",
    [
      ...atOnce(0, [{ thing: 'harbor', action: 'harborStands', databaseFrom: 'itself' }]),
      ...atOnce(STANDS_MS, [fault('harbor/harbor-database', { is: 'unpulled', why: unavailable() })]),
      ...atOnce(DATABASE_GOES_MS, [
        fault('harbor/harbor-core', { is: 'crashing', exitCode: 1, reason: 'Error', log: CORE_LOG }),
      ]),
      ...atOnce(FAULT_MS - STANDS_MS - DATABASE_GOES_MS, [{ thing: 'harbor', action: 'harborGoes' }]),
    ],
  ),
  story(
    'harbor-unhealthy',
    'A part of Harbor is not well',
    'Harbor answers, and says of its jobservice that it is not healthy: images come, and nothing is copied or cleaned up.',
    [
      { thing: 'harbor', action: 'harborStands', databaseFrom: 'docker.io' },
      { thing: 'harbor', action: 'harborPartFails', part: 'jobservice' },
    ],
    [{ thing: 'harbor', action: 'harborGoes' }],
  ),
];

/** New pods of these cannot pull the image that they have. */
function restarted(names: readonly string[], because: (image: string) => string): Action[] {
  return names.map((workload) => fault(workload, { is: 'unpulled', why: because(imageOf(workload)) }));
}

function imageOf(workload: string): string {
  return workloads.find(({ namespace, name }) => `${namespace}/${name}` === workload)?.image ?? '';
}

function unavailable(): string {
  const database = harborWorkloads('itself').find(({ name }) => name === 'harbor-database');
  return answeredWith('503 Service Unavailable')(database?.image ?? '');
}
