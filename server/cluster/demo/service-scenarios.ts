import { fault, story } from './story.ts';
import type { Scenario } from './scenario.ts';

const GIT = 'git.home.example';
const RECIPES = 'recipes.home.example';

const TRAEFIK_LOG = [
  '{at} INF Traefik version 3.6.7 built on 2026-07-14T09:20:11Z version=3.6.7',
  '{at} ERR Command error error="failed to decode configuration from flags: field not found, node: pluginz"',
];
const MEALIE_LOG = [
  'INFO:     Started server process [1]',
  'INFO:     Waiting for application startup.',
  'sqlalchemy.exc.OperationalError: (sqlite3.OperationalError) unable to open database file',
  'ERROR:    Application startup failed. Exiting.',
];

/** What users notice: each comes, stays for 3 min and goes. */
export const serviceScenarios: readonly Scenario[] = [
  story(
    'traefik-down',
    'Nothing can be reached',
    'Traefik was given an option that it does not know and crashes again and again: no host of the homelab can be reached.',
    [fault('kube-system/traefik', { is: 'crashing', exitCode: 1, reason: 'Error', log: TRAEFIK_LOG })],
    [{ action: 'workloadHeals', workload: 'kube-system/traefik' }],
  ),
  story(
    'service-down',
    'A service is down',
    'mealie cannot open its database and crashes again and again: who opens recipes.home.example gets an error.',
    [fault('mealie/mealie', { is: 'crashing', exitCode: 3, reason: 'Error', log: MEALIE_LOG })],
    [{ action: 'workloadHeals', workload: 'mealie/mealie' }],
  ),
  story(
    'wrong-content',
    'A service begins anew',
    'gitea runs and answers, but its volume is empty: git.home.example shows the page of the first run instead of repositories.',
    [{ thing: 'host', action: 'hostBeginsAnew', host: GIT }],
    [{ thing: 'host', action: 'hostHeals', host: GIT }],
  ),
  story(
    'service-slow',
    'A service is slow',
    'recipes.home.example answers, and takes more than 4 s for it each time.',
    [{ thing: 'host', action: 'hostSlows', host: RECIPES, latencyMs: 4200 }],
    [{ thing: 'host', action: 'hostHeals', host: RECIPES }],
  ),
  story(
    'names-not-found',
    'No name is found',
    "The router's DNS answers nobody: all is well in the cluster, and no host can be reached by its name.",
    [{ thing: 'names', action: 'namesFail' }],
    [{ thing: 'names', action: 'namesHeal' }],
  ),
];
