/** How often the API is asked and for how long, all in ms. Tests shorten them. */
export interface ProbeLimits {
  /** Between two askings at the door, whether or not the last was answered. */
  doorEveryMs: number;
  /** With a dead etcd `/readyz` answers only after 3 s. */
  doorLimitMs: number;
  /** Asked at once, but not more often than this, when many streams break together. */
  doorPauseMs: number;
  /** Between two askings for version and identity. */
  aboutEveryMs: number;
  /** Between two askings for the date alone, while no answer tells it. */
  dateEveryMs: number;
  handshakeEveryMs: number;
  handshakeLimitMs: number;
}

export const probeLimits: ProbeLimits = {
  doorEveryMs: 3_000,
  doorLimitMs: 10_000,
  doorPauseMs: 250,
  aboutEveryMs: 15_000,
  dateEveryMs: 5_000,
  handshakeEveryMs: 10_000,
  handshakeLimitMs: 8_000,
};
