import { acceptsWrites, noFaults, type ApiFaults } from './api-faults.ts';

/** The way to the demo's API server, and what is wrong with it just now. */
export interface DemoDoor {
  readonly faults: ApiFaults;
  /** Whether kubelets and controllers can write. */
  readonly acceptsWrites: boolean;
  change(faults: Partial<ApiFaults>): void;
  /** All is well again. */
  heal(): void;
  /** Cuts all connections; new ones are let in as the faults say. */
  cut(): void;
  /** Tells each change. Returns the way to stop. */
  onChange(listener: () => void): () => void;
  /** Tells when all connections break. Returns the way to stop. */
  onCut(listener: () => void): () => void;
}

export function createDemoDoor(): DemoDoor {
  let faults = noFaults;
  const changed = new Set<() => void>();
  const cut = new Set<() => void>();
  const tell = (listeners: Set<() => void>) => [...listeners].forEach((listener) => listener());

  function change(part: Partial<ApiFaults>): void {
    const dies = part.refused === true && !faults.refused;
    faults = { ...faults, ...part };
    if (dies) tell(cut);
    tell(changed);
  }

  return {
    get faults() {
      return faults;
    },
    get acceptsWrites() {
      return acceptsWrites(faults);
    },
    change,
    heal: () => change(noFaults),
    cut: () => tell(cut),
    onChange(listener) {
      changed.add(listener);
      return () => changed.delete(listener);
    },
    onCut(listener) {
      cut.add(listener);
      return () => cut.delete(listener);
    },
  };
}
