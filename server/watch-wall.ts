import type { WallFact } from '#server/facts/wall.ts';
import type { History } from '#server/history/history.ts';
import type { SourceSink } from '#server/store/source-sink.ts';

/** What may be wrong with the wall itself, "" if nothing is. */
export interface WallTroubles {
  config: () => string;
  history: () => Pick<History, 'problem' | 'notices' | 'seriesLeftOut'>;
  /** How many TLS servers are wanted and not looked at. */
  serversLeftOut: () => number;
  /** How many services are wanted and not probed. */
  servicesLeftOut: () => number;
}

const source = 'wall';
const lookEveryMs = 5_000;
// Our own process is always there to be asked; only a clock that jumps can make this old.
const staleAfterMs = 60_000;

/** Writes what is wrong with the wall itself into the sink, when told to look and every 5 s. */
export function watchWall(sink: SourceSink, troubles: WallTroubles, clock: () => number) {
  let configSince: number | null = null;
  let historySince: number | null = null;
  let leftOutSince: number | null = null;
  let serversSince: number | null = null;
  let servicesSince: number | null = null;
  sink.declare({ name: source, role: 'probe', staleAfterMs, kinds: ['wall'] });
  const look = () => {
    const now = clock();
    const [configProblem, history] = [troubles.config(), troubles.history()];
    const serversLeftOut = troubles.serversLeftOut();
    const servicesLeftOut = troubles.servicesLeftOut();
    const { problem: historyProblem, seriesLeftOut } = history;
    configSince = configProblem === '' ? null : (configSince ?? now);
    historySince = historyProblem === '' ? null : (historySince ?? now);
    leftOutSince = seriesLeftOut === 0 ? null : (leftOutSince ?? now);
    servicesSince = servicesLeftOut === 0 ? null : (servicesSince ?? now);
    serversSince = serversLeftOut === 0 ? null : (serversSince ?? now);
    const fact: WallFact = {
      key: 'wall',
      uid: 'wall',
      source,
      configProblem,
      configProblemSince: configSince,
      historyProblem,
      historyProblemSince: historySince,
      historyNotices: [...history.notices],
      seriesLeftOut,
      seriesLeftOutSince: leftOutSince,
      serversLeftOut,
      serversLeftOutSince: serversSince,
      servicesLeftOut,
      servicesLeftOutSince: servicesSince,
    };
    sink.upsert(source, 'wall', fact);
    sink.state(source, 'synced');
    sink.fresh(source, now);
  };
  look();
  const timer = setInterval(look, lookEveryMs).unref();
  return { look, stop: () => clearInterval(timer) };
}
