import { dirname, join } from 'node:path';
import { watchedAreas } from '#server/checks/areas.ts';
import { followAllKubelets } from '#server/cluster/all-kubelets.ts';
import { connect } from '#server/cluster/connect.ts';
import type { Connection } from '#server/cluster/connection.ts';
import { followCrashLogs, type PodsSeen } from '#server/cluster/crash-logs.ts';
import { decideCluster } from '#server/cluster/decide-cluster.ts';
import { createDemo, demoProbeLimits, type DemoCluster } from '#server/cluster/demo/create-demo.ts';
import { demoPlay } from '#server/cluster/demo/demo-play.ts';
import { scenarios } from '#server/cluster/demo/scenarios.ts';
import type { NodesSeen } from '#server/cluster/kubelets.ts';
import { createReadinessGate } from '#server/cluster/readiness-gate.ts';
import { startSigns } from '#server/cluster/start-signs.ts';
import { watchCluster } from '#server/cluster/watch-cluster.ts';
import { createEngine, type Engine } from '#server/engine/engine.ts';
import { HistoryFile } from '#server/history/history-file.ts';
import { createHistoryMemory } from '#server/history/history-memory.ts';
import type { History } from '#server/history/history.ts';
import { startApiDoor } from '#server/probes/api-door.ts';
import { startApiHandshake } from '#server/probes/api-handshake.ts';
import { createNetwork } from '#server/probes/network.ts';
import { createStore, type Store } from '#server/store/store.ts';
import { buildApp } from './app.ts';
import { engineConfigOf, readConfig, type Config } from './config.ts';
import { watchConfig, type ConfigSource } from './config-source.ts';
import { followStore } from './follow-store.ts';
import { listen, whyNotListen } from './listen.ts';
import { followProbes } from './start-probes.ts';
import { watchWall } from './watch-wall.ts';

declare const __BUILD__: string | undefined;
const build = typeof __BUILD__ === 'string' ? __BUILD__ : (process.env['CLUSTERWALL_BUILD'] ?? 'unbundled');
const checks = watchedAreas.flatMap((area) => area.checks);
const directory = process.cwd();
const clock = Date.now;

/** A cluster that is there, or the demo, and what to say of it at the start. */
interface Watched {
  connection: Connection;
  /** Null for a cluster that is there. */
  demo: DemoCluster | null;
  stop(): void;
}

function log(text: string): void {
  process.stderr.write(`${new Date().toISOString()} ${text}\n`);
}

/** Start-up refusals: all that is wrong at once, and exit code 2. */
function refuse(problems: readonly string[]): never {
  for (const problem of problems) process.stderr.write(`clusterwall: ${problem}\n`);
  process.exit(2);
}

function bug(error: unknown): never {
  log(`a mistake of clusterwall itself: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  process.exit(1);
}

/** The demo if asked for, or if nothing at all names a cluster; a cluster that is named is never replaced by the demo. */
async function chooseCluster({
  environment,
  file,
}: Pick<Config, 'environment'> & { file: Config['file'] | null }): Promise<Watched | { problems: string[] }> {
  const { name, context } = file?.cluster ?? {};
  const named = (name ?? context ?? undefined) !== undefined;
  const nothing = !named && (await decideCluster(process.env)).kind === 'nothing';
  const play = environment.demo ?? (nothing ? '1' : null);
  if (play === null) {
    const { connection, refusals } = await connect({ env: process.env, context: context ?? undefined, clock });
    return connection === null ? { problems: refusals } : { connection, demo: null, stop: () => connection.close() };
  }
  const scenario = demoPlay(play);
  const demo = createDemo({ clock, seed: 1, ...(scenario === null ? {} : { play: scenario }) });
  demo.played.catch(bug);
  return { connection: demo.connection, demo, stop: () => demo.stop() };
}

/** One cluster's parts: sources write into the store, the engine judges it. Nothing runs before `start`. */
function composeCluster({ connection, demo }: Watched, source: ConfigSource, history: History) {
  const store = createStore({ clock });
  const config = replacedWith(source, connection.context);
  const failed = (what: string, error: unknown) =>
    log(`${what}: ${error instanceof Error ? error.stack : String(error)}`);
  const server = () => connection.server;
  const isDemo = demo !== null;
  const engine = createEngine({
    ...{ store, tiles: [...watchedAreas], config, history, clock, build, demo: isDemo, server, failed },
  });
  return { engine, start: () => startSources({ connection, demo }, store, source, history, engine) };
}

/** The engine's part of the configuration: the same object until the configuration is replaced. */
function replacedWith(source: ConfigSource, context: string) {
  let of = source.current();
  let config = engineConfigOf(of.file, context);
  return () => {
    if (of !== source.current()) config = engineConfigOf((of = source.current()).file, context);
    return config;
  };
}

function startSources(
  { connection, demo }: Omit<Watched, 'stop'>,
  store: Store,
  source: ConfigSource,
  history: History,
  engine: Engine,
) {
  const gate = createReadinessGate();
  const network = demo === null ? createNetwork() : { ...demo.network, close: () => undefined };
  const { leftOut, start } = followProbes({
    ...{ connection, network, store, clock, limits: demo ? demoProbeLimits : {} },
    config: () => source.current().file,
  });
  const troubles = {
    ...{ config: source.problem, history: () => history },
    ...{ serversLeftOut: leftOut.servers, servicesLeftOut: leftOut.services },
  };
  const wall = watchWall(store, troubles, clock);
  const forget = source.onChange(() => {
    wall.look();
    logs.show(source.current().file.showLogs);
    kubelets.ask(source.current().file.kubelets);
    probes.look();
    engine.judge();
    log(
      source.problem() === ''
        ? 'the configuration was taken up'
        : `the configuration is not taken up: ${source.problem()}`,
    );
  });
  const door = startApiDoor({ connection, sink: store, gate, clock });
  const stopHandshake = startApiHandshake({ connection, sink: store, clock });
  const watch = watchCluster({ connection, sink: store, gate, clock });
  const logs = followCrashLogs({ connection, sink: store, gate, clock, seen: () => podsSeen(store) });
  logs.show(source.current().file.showLogs);
  const kubelets = followAllKubelets({ connection, sink: store, gate, clock, seen: () => nodesSeen(store) });
  kubelets.ask(source.current().file.kubelets);
  const probes = start();
  const unfollow = followStore(store, {
    streamBroke: door.askNow,
    otherCluster() {
      watch.restart('another cluster');
      kubelets.restart();
      probes.restart();
    },
  });
  engine.start();
  return async () => {
    forget();
    wall.stop();
    unfollow();
    stopHandshake();
    door.stop();
    logs.stop();
    kubelets.stop();
    probes.stop();
    await watch.stop();
  };
}

function podsSeen(store: Store): PodsSeen {
  const snapshot = store.snapshot();
  const { fresh = false, freshAt = null } = snapshot.sources.get('pods') ?? {};
  return { pods: snapshot.facts('pod'), fresh, freshAt };
}

function nodesSeen(store: Store): NodesSeen {
  const snapshot = store.snapshot();
  const fresh = snapshot.sources.get('nodes')?.fresh === true;
  return { nodes: snapshot.facts('node'), fresh, signs: startSigns(snapshot.facts('event')) };
}

function sayWhatIsWatched({ connection, demo }: Watched, addresses: string[], config: Config): void {
  const { clusterName } = engineConfigOf(config.file, connection.context);
  const watched =
    demo !== null
      ? 'showing the demo cluster (set KUBECONFIG or write ~/.kube/config to watch your own)'
      : `watching cluster ${clusterName} (context ${connection.context}, ${connection.server})`;
  // In one piece: whoever waits for the address has read what is watched.
  process.stdout.write(`clusterwall: open ${addresses.join(' or ')}\nclusterwall: ${watched}\n`);
}

/** Everything that is wrong with how we were started, at once, or the cluster to watch. Nothing is opened or written yet. */
async function prepare(): Promise<{ config: Config; watched: Watched }> {
  const { environment, file, problems } = readConfig(process.env, directory, {
    checks,
    scenarios: Object.keys(scenarios),
  });
  const cannotListen = await whyNotListen(environment.host, environment.port);
  if (cannotListen !== '') problems.push(cannotListen);
  // Of a file that cannot be read the cluster is not known; what is wrong with the kubeconfig is told all the same.
  const watched = await chooseCluster({ environment, file });
  if ('problems' in watched) problems.push(...watched.problems);
  if (problems.length > 0 || file === null || 'problems' in watched) refuse(problems);
  return { config: { environment, file }, watched };
}

async function main(): Promise<void> {
  const { config, watched } = await prepare();
  const { host, port, dataDirectory } = config.environment;
  const source = watchConfig(config, directory, checks);
  const history = watched.demo !== null ? createHistoryMemory() : new HistoryFile({ directory: dataDirectory, log });
  const { engine, start } = composeCluster(watched, source, history);
  const demo = watched.demo?.player;
  const app = await buildApp({ view: engine, demo, pageDirectory: pageDirectory(), build, log });
  const addresses = await listen(app, host, port);
  const stopSources = start();
  sayWhatIsWatched(watched, addresses, config);
  endOnSignal(async () => {
    // What must survive first: all else may take its time or fail.
    engine.stop();
    history.close();
    source.close();
    await Promise.all([app.close(), stopSources()]);
    watched.stop();
  });
}

/** The built page: beside the bundle, or where the build puts it if we run unbundled. */
function pageDirectory(): string {
  const here = import.meta.dirname;
  return import.meta.filename.endsWith('.ts') ? join(dirname(here), 'dist', 'web') : join(here, 'web');
}

const patienceMs = 2_000;

function endOnSignal(end: () => Promise<void>): void {
  let ending = false;
  const onSignal = (signal: NodeJS.Signals) => {
    if (ending) process.exit(signal === 'SIGINT' ? 130 : 143);
    ending = true;
    setTimeout(() => process.exit(0), patienceMs).unref();
    end().then(() => process.exit(0), bug);
  };
  // SIGHUP: the terminal in which it was started is closed.
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
}

process.on('uncaughtException', bug);
process.on('unhandledRejection', bug);
await main();
