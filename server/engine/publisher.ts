import type { Board } from '#shared/board.ts';
import type { Change } from '#shared/change.ts';
import { nextBoard, type BoardParts } from './board.ts';
import { diffBoards, isEmptyChange } from './diff.ts';

/** Holds the board that stands and tells what changes. */
export interface Publisher {
  /** Parts that say the same keep being the same objects; texts are as rendered when they last changed. */
  board(): Board;
  /** Takes up a newly judged board. The revision goes up by one only if it says something else; the change is returned. */
  publish(parts: BoardParts): Change | null;
  onChange(listener: (change: Change) => void): () => void;
}

/** A publisher that begins with this board of revision 0; the first board published is always a change. */
export function createPublisher(first: Board): Publisher {
  const listeners = new Set<(change: Change) => void>();
  let board = first;
  return {
    board: () => board,
    publish(parts) {
      const next = nextBoard(board, parts);
      const change = diffBoards(board, next);
      if (isEmptyChange(change) && board.revision > 0) {
        board = next;
        return null;
      }
      board = { ...next, revision: board.revision + 1 };
      const told = { ...change, to: board.revision };
      for (const listener of listeners) listener(told);
      return told;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
