import { lastLines, startProcessGroup, type ProcessGroup } from './process-group.ts';
import { until } from './until.ts';

/** What a component needs to be told once. */
export interface ComponentPlan {
  name: string;
  command: string;
  /** Its flags; asked at each start. Of a flag given twice the last one counts. */
  flags: () => readonly string[];
  env?: Readonly<Record<string, string>>;
  logFile: string;
  /** Throws, or returns false, until the component is at work. */
  ready: () => Promise<boolean>;
}

/** How to start a component this time. */
export interface StartOptions {
  /** Added behind the usual flags, from now on also at later starts; `[]` for the usual ones alone. */
  flags?: readonly string[];
  /** Whether to wait until the component is at work (default), or only until its process runs. */
  awaitReady?: boolean;
}

/** One program of the control plane, to be treated badly. */
export interface Component {
  readonly name: string;
  readonly logFile: string;
  readonly pid: number | undefined;
  readonly running: boolean;
  /** Throws with the last log lines if it ends before it is ready, or is not ready within a minute. */
  start(options?: StartOptions): Promise<void>;
  /** SIGSTOP: connections stay open and new ones are accepted by the kernel, but nothing is answered. */
  pause(): void;
  /** SIGCONT. */
  resume(): void;
  /** SIGKILL, as a crash or a power cut; resolves when it has ended. */
  kill(): Promise<void>;
  /** SIGTERM; resolves when it has ended. An API server takes over 30 s while watches are open; killed after `withinMs`. */
  stop(withinMs?: number): Promise<void>;
  /** Kills and starts, with its data. */
  restart(options?: StartOptions): Promise<void>;
}

/** Makes a component that is not started yet. `extraFlags` are those of `start` until others are given. */
export function createComponent(plan: ComponentPlan, extraFlags: readonly string[] = []): Component {
  let group: ProcessGroup | undefined;

  async function start({ flags = extraFlags, awaitReady = true }: StartOptions = {}) {
    if (group?.running) throw new Error(`${plan.name} is already running`);
    extraFlags = flags;
    const started = await startProcessGroup({ ...plan, args: [...plan.flags(), ...flags] });
    group = started;
    if (awaitReady) await Promise.race([isReady(plan), endsEarly(plan, started)]);
  }

  async function kill() {
    group?.signal('SIGKILL');
    await group?.ended;
  }

  async function stop(withinMs = 60_000) {
    if (!group?.running) return;
    group.signal('SIGTERM');
    // A paused process takes SIGTERM only when it goes on.
    group.signal('SIGCONT');
    const patience = setTimeout(() => group?.signal('SIGKILL'), withinMs);
    await group.ended;
    clearTimeout(patience);
  }

  return {
    name: plan.name,
    logFile: plan.logFile,
    get pid() {
      return group?.running ? group.pid : undefined;
    },
    get running() {
      return group?.running ?? false;
    },
    start,
    pause: () => group?.signal('SIGSTOP'),
    resume: () => group?.signal('SIGCONT'),
    kill,
    stop,
    async restart(options) {
      await kill();
      await start(options);
    },
  };
}

async function isReady(plan: ComponentPlan): Promise<void> {
  await until(`${plan.name} is ready (log: ${plan.logFile})`, plan.ready, { withinMs: 60_000 });
}

async function endsEarly(plan: ComponentPlan, group: ProcessGroup): Promise<never> {
  const how = await group.ended;
  throw new Error(`${plan.name} ended before it was ready (${how}):\n${lastLines(plan.logFile)}`);
}
