import { setImmediate as nextTurn } from 'node:timers/promises';

/** A body that is there at once would be read in microtasks alone; so the event loop gets its turn after so many bytes. */
const bytesInOneGo = 262_144;

/** Returns a function to be given each chunk's length: a promise when it is time to let others have their turn. */
export function breather(): (bytes: number) => Promise<void> | undefined {
  let handled = 0;
  return (bytes) => {
    handled += bytes;
    if (handled < bytesInOneGo) return undefined;
    handled = 0;
    return nextTurn();
  };
}
