import type { EventFact } from '#server/facts/event.ts';

/** Reasons of events about a node by which its kubelet has begun anew, or k3s has looked at its certificates. */
const telling: ReadonlySet<string> = new Set([
  'Starting',
  'Rebooted',
  'CertificateExpirationOK',
  'CertificateExpirationWarning',
  'CACertificateExpirationWarning',
]);

/** When each node last showed such a sign (epoch ms), by its name; no entry for those of which no event tells. */
export function startSigns(events: ReadonlyMap<string, EventFact>): ReadonlyMap<string, number> {
  const before = kept.get(events);
  if (before !== undefined) return before;
  const signs = new Map<string, number>();
  for (const { reason, about, lastAt, firstAt } of events.values()) {
    if (about.kind !== 'Node' || !telling.has(reason)) continue;
    signs.set(about.name, Math.max(signs.get(about.name) ?? 0, lastAt ?? firstAt ?? 0));
  }
  kept.set(events, signs);
  return signs;
}

/** It is asked for twice a second, and events change less often. */
const kept = new WeakMap<ReadonlyMap<string, EventFact>, ReadonlyMap<string, number>>();
