/**
 * The one gate at which all list-watches wait while the API is blind, so that they do not each hammer it. The door
 * probe opens and closes it.
 */
export interface ReadinessGate {
  readonly open: boolean;
  /** Why it is closed, "" while open. */
  readonly reason: string;
  /** Resolves when it is open (at once if it is), or when the signal aborts. Never rejects. */
  whenOpen(signal: AbortSignal): Promise<void>;
  /** Called by the door probe only. */
  set(open: boolean, reason: string): void;
}
