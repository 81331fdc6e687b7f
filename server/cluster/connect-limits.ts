/** How long we wait for what, all in ms. Tests shorten them. */
export interface ConnectLimits {
  /** For TCP, TLS and the first HTTP/2 frame together: below the 10 s of the readiness poll, so that it hears which of them failed. */
  dialMs: number;
  /** How often a PING is sent on every HTTP/2 session. */
  pingEveryMs: number;
  /** How long a PING may stay unanswered until its session counts as dead. */
  pingLimitMs: number;
  /** How often the files of the way in are looked at. */
  filesEveryMs: number;
  /** How long a credential plugin may run. */
  pluginMs: number;
  /** After a plugin's failure, or after its fresh credential was refused, it is not run again for so long. */
  pluginPauseMs: number;
}

export const connectLimits: ConnectLimits = {
  dialMs: 9_000,
  pingEveryMs: 5_000,
  pingLimitMs: 15_000,
  filesEveryMs: 5_000,
  pluginMs: 15_000,
  pluginPauseMs: 5_000,
};
