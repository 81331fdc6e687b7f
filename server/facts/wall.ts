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
}
