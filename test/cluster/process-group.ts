import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { bornAt, forget, remember } from './run-record.ts';

/** How to start a program. */
export interface Launch {
  name: string;
  command: string;
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Output of the program is appended here. */
  logFile: string;
}

/** A started program with all its children, in a process group of its own. */
export interface ProcessGroup {
  readonly pid: number;
  /** Resolves when the program has ended, with how it ended ("exit code 1", "SIGKILL"). */
  readonly ended: Promise<string>;
  readonly running: boolean;
  /** Sends a signal to the whole group; does nothing if it has ended. */
  signal(signal: NodeJS.Signals): void;
}

/** Starts a program; it is killed at the latest when this process ends. Throws if it cannot be started at all. */
export async function startProcessGroup(launch: Launch): Promise<ProcessGroup> {
  const log = openSync(launch.logFile, 'a');
  const env = { ...process.env, ...launch.env };
  const child = spawn(launch.command, launch.args, { env, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
  const pid = child.pid!;
  // A program that ended at once has no birth to remember.
  const born = bornAt(pid);
  const belonging = born && remember({ what: 'process', name: launch.name, pid, bornAt: born });

  let running = true;
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => {
      running = false;
      if (belonging) forget(belonging);
      resolve(signal ?? `exit code ${code}`);
    });
  });
  return {
    pid,
    ended,
    get running() {
      return running;
    },
    signal(signal) {
      if (running) process.kill(-pid, signal);
    },
  };
}

/** The last lines of a log file. */
export function lastLines(file: string, count = 12): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-count).join('\n');
}
