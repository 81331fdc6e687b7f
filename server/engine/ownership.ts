import type { Keeper, Kept } from '#server/history/keeper.ts';
import type { Moment } from '#shared/history.ts';
import type { Check } from './define-check.ts';
import { initialIdentity, nextIdentity, settled, type Identity } from './identity.ts';
import type { Results } from './judgement.ts';
import { emptyKept, mergeKept, pastOf, type Past } from './past.ts';
import type { Saving } from './saving.ts';
import type { Snapshot } from './snapshot.ts';

/** Whose wall it is: identity and past go together, and change together. */
export interface Ownership {
  /** Reads who answers now; true if the past is another from here on. */
  read(snapshot: Snapshot): boolean;
  /** The key of what is stored, "" while not known. */
  key(): string;
  identity(): Snapshot['identity'];
  past(): Past;
  results(): Results;
  /** The owner says that the cluster that answers now is the right one. */
  settle(): void;
}

/**
 * What ownership needs. `forgotten` is told when another history holds, with the moment it goes on with; `learned` when it is
 * known (`at`, epoch ms) whose it is that was kept under the key `from`.
 */
export interface OwnershipParts {
  keeper: Keeper;
  saving: Saving;
  checks: ReadonlyMap<string, Check>;
  server: () => string;
  forgotten: (moment: Moment) => void;
  learned: (from: string, at: number) => void;
}

/** Ownership that begins with what is remembered behind the address. */
export function createOwnership({ keeper, saving, checks, server, forgotten, learned }: OwnershipParts): Ownership {
  let address = server();
  let addressSince = -Infinity;
  let identity: Identity = initialIdentity(keeper, address);
  let past = pastOf(keptBy(keeper, identity.key), checks);
  let results: Results = emptyResults();

  function become(next: Identity): void {
    saving.all(identity.key, past);
    identity = next;
    past = pastOf(keptBy(keeper, next.key), checks);
    results = emptyResults();
  }

  /** Another word for the one that answered before. */
  function learn(next: Identity, isNew: boolean, at: number): void {
    const before = identity.key;
    identity = next;
    if (!isNew) return;
    keeper.rememberIdentity(address, next.key);
    past = mergeKept(past, keeper.load(next.key), checks);
    learned(before, at);
  }

  /** Another address is not another cluster behind the same one: its own identity is remembered. */
  function readAddress(now: number): boolean {
    if (server() === address) return false;
    address = server();
    addressSince = now;
    const next = initialIdentity(keeper, address);
    if (next.key === identity.key) return false;
    become(next);
    forgotten({ at: now, kind: 'start', text: 'the wall watches another address' });
    return true;
  }

  return {
    read(snapshot) {
      const moved = readAddress(snapshot.now);
      const door = snapshot.facts('apiDoor').get('api');
      // What was asked before the address changed was asked elsewhere.
      if (door === undefined || door.askedAt <= addressSince) return moved;
      const { identity: next, change } = nextIdentity(identity, door.clusterId);
      if (change !== 'other') {
        learn(next, change === 'learned', snapshot.now);
        return moved;
      }
      become(next);
      forgotten({
        at: snapshot.now,
        kind: 'other-cluster',
        text: `another cluster answers at ${door.address}`,
        level: 'bad',
      });
      return true;
    },
    key: () => identity.key,
    identity: () => ({ remembered: identity.remembered, current: identity.current }),
    past: () => past,
    results: () => results,
    settle() {
      identity = settled(identity);
      if (identity.key !== '') keeper.rememberIdentity(address, identity.key);
    },
  };
}

function emptyResults(): Results {
  return { runs: new Map(), figures: new Map() };
}

function keptBy(keeper: Keeper, key: string): Kept {
  return key === '' ? emptyKept() : keeper.load(key);
}
