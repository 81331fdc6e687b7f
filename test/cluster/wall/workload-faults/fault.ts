import type { ControlPlane } from '../../control-plane.ts';
import type { RealNode } from '../../real-node/real-node.ts';
import type { Registry } from '../../real-node/registry.ts';
import type { ProbeTarget } from './probe-target.ts';

/** Where faults are played. */
export interface Scene {
  plane: ControlPlane;
  node: RealNode;
  /** A registry that is dead when the play begins, and an image in it. */
  dead: { registry: Registry; image: string };
  probeTarget: ProbeTarget;
  /** How long the verdicts of those checks must hold that wait 2 min by default (ms), as configured for this wall. */
  holdMs: number;
}

/** One way in which a workload goes wrong for real, what the wall must say of it, and how it is healed. */
export interface Fault {
  /** Where it happens; nothing else does. */
  namespace: string;
  /** The check whose finding names it. */
  check: string;
  level: 'warn' | 'bad';
  /** Another check that sees it too; what it finds must be explained, so that one fault is one on the wall. */
  effect?: string;
  /** Checks outside its namespace that explain it: `registry/`. Without, what names it is the root. */
  explainedBy?: string;
  /** Applied first, in a fresh namespace. */
  objects: readonly object[];
  /** What breaks it, where the objects alone do not. */
  cause?: () => Promise<unknown>;
  /** Whether the API says what the check judges by; from then on the wall's time runs. */
  known: () => Promise<unknown>;
  /** How long the verdict must hold before it counts (ms), as configured for this wall. */
  holdMs: number;
  /** What the sentence must say. */
  sentence: RegExp;
  /** What must be in its evidence. */
  evidence?: RegExp;
  /** What must be in its first steps. */
  steps?: RegExp;
  heal: () => Promise<unknown>;
  /** Whether the API says that it is healed; all its pods ready unless told otherwise. */
  healed?: () => Promise<unknown>;
}

/** Faults by what is wrong, in a few words. */
export type Faults = Readonly<Record<string, (scene: Scene) => Fault>>;
