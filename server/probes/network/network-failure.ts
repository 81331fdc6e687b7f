import type { Distrust, NetworkTrouble } from '#server/cluster/network.ts';
import { sayable } from '#server/cluster/sayable.ts';

/** Why there is no answer, on its way to the value that is given back. Its message can stand on the wall. */
export class NetworkFailure extends Error {
  readonly trouble: NetworkTrouble;
  readonly distrust: Distrust;

  constructor(trouble: NetworkTrouble, message: string, distrust: Distrust = '') {
    super(sayable(message));
    this.name = 'NetworkFailure';
    this.trouble = trouble;
    this.distrust = distrust;
  }
}
