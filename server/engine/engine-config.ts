/** What of the configuration the engine judges by. Replaced as a whole when the file changes. */
export interface EngineConfig {
  /** IANA name. */
  timeZone: string;
  /** The cluster's name on the wall. */
  clusterName: string;
  /** Overrides by check and setting: `{ "nodes/no-heartbeat": { warn: 30000 } }`. */
  checks: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Findings left out: subject as `Kind/namespace/name` (`*` stands for any), until epoch ms or for ever. */
  ignore: readonly { check: string; subject: string; until?: number }[];
}
