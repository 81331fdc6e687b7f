import type { Keeper } from '#server/history/keeper.ts';

/**
 * Whose cluster this is (law 12). `key` is what all that is stored belongs to: the identity that answers now, else the
 * one remembered behind the address, else "".
 */
export interface Identity {
  key: string;
  /** What was behind this address before; differs from `current` until the owner has acknowledged the other cluster. */
  remembered: string;
  current: string;
}

/** What a newly read identity means. */
export type IdentityChange = 'same' | 'learned' | 'other';

/** What is known before the cluster has said who it is. */
export function initialIdentity(keeper: Keeper, server: string): Identity {
  const remembered = keeper.identityBehind(server);
  return { key: remembered, remembered, current: '' };
}

/**
 * The identity after the API has said `clusterId` ("" = it could not say). A hash of the CA (`ca:...`) and a UID are of
 * different sorts: that the one is known where the other is remembered does not make it another cluster.
 */
export function nextIdentity(before: Identity, clusterId: string): { identity: Identity; change: IdentityChange } {
  const { key, remembered } = before;
  if (clusterId === '') return { identity: before, change: 'same' };
  if (key === '') return learned(clusterId);
  if (isHash(key) && !isHash(clusterId)) return learned(clusterId);
  if (!isHash(key) && isHash(clusterId)) return { identity: { ...before, current: key }, change: 'same' };
  if (key !== clusterId) return { identity: { key: clusterId, remembered, current: clusterId }, change: 'other' };
  return { identity: { ...before, current: clusterId }, change: 'same' };
}

/** The owner has said that the other cluster is meant to be there. */
export function settled(identity: Identity): Identity {
  return { ...identity, remembered: identity.key };
}

function learned(clusterId: string): { identity: Identity; change: IdentityChange } {
  return { identity: { key: clusterId, remembered: clusterId, current: clusterId }, change: 'learned' };
}

function isHash(clusterId: string): boolean {
  return clusterId.startsWith('ca:');
}
