import type { FactHead } from './fact.ts';

/** What is wrong with the wall itself. Source `wall`: our own process. */
export interface WallFact extends FactHead {
  key: 'wall';
  /** Why a changed configuration file was not taken up, "" if it was. */
  configProblem: string;
  configProblemSince: number | null;
  /** Why history and memory are not kept, "" if they are. */
  historyProblem: string;
  historyProblemSince: number | null;
  /** What else is to be told of a history that is kept: `what` is a file that was set aside, or the directory whose disk is full; `saved`: what of the file is in the new one, a sentence. */
  historyNotices: { kind: 'set-aside' | 'room'; what: string; since: number; saved?: string }[];
  /** How many series found no room, and since when. */
  seriesLeftOut: number;
  seriesLeftOutSince: number | null;
  /** How many TLS servers are wanted and not looked at, since there are too many, and since when. */
  serversLeftOut: number;
  serversLeftOutSince: number | null;
  /** The same of services that are to be probed. */
  servicesLeftOut: number;
  servicesLeftOutSince: number | null;
}
