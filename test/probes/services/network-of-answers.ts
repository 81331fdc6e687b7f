import type { HttpAnswer, HttpAsk, Network, TcpAnswer, TcpAsk } from '#server/cluster/network.ts';
import { anAnswer, noAnswer, phases } from './answers.ts';

/** A network whose answers are in the test's hands. */
export interface PlayedNetwork extends Network {
  /** Hosts that were asked by HTTP, in their order, and when by `performance.now()`. */
  readonly asked: { host: string; at: number; limitMs: number; ask: HttpAsk }[];
  times(host: string): number;
  /** The most at once so far. */
  peak(): number;
  open(): number;
  /** What asking a host the nth time comes to from now on; by default a page that is fine. */
  answer: (host: string, time: number) => HttpAnswer | Promise<HttpAnswer>;
  connect: (ask: TcpAsk, limitMs: number) => TcpAnswer;
  addresses: readonly string[];
}

/** One that answers after 2 ms unless a test says otherwise. */
export function playedNetwork(): PlayedNetwork {
  const asked: PlayedNetwork['asked'] = [];
  let open = 0;
  let peak = 0;
  const times = (host: string) => asked.filter((each) => each.host === host).length;
  const play: PlayedNetwork = {
    ...{ asked, times, peak: () => peak, open: () => open, addresses: ['10.0.0.5'] },
    answer: () => anAnswer(),
    connect: () => ({ trouble: '', message: '', phases, address: '10.0.0.5:22' }),
    async askHttp(ask, limitMs) {
      const host = new URL(ask.url).hostname;
      asked.push({ host, at: performance.now(), limitMs, ask });
      open += 1;
      peak = Math.max(peak, open);
      const answer = await play.answer(host, times(host));
      await new Promise((resolve) => setTimeout(resolve, 2));
      open -= 1;
      return answer;
    },
    askTcp: (ask, limitMs) => Promise.resolve(play.connect(ask, limitMs)),
    askDns: () => Promise.resolve({ trouble: '', message: '', phases, addresses: play.addresses }),
  };
  return play;
}

/** A host that takes the connection of nobody, for so long. */
export async function hanging(host: string, ms: number): Promise<HttpAnswer> {
  await new Promise((resolve) => setTimeout(resolve, ms));
  return noAnswer({ trouble: 'timeout', message: `no connection to ${host} within 10 s` });
}
