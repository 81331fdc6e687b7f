import type { ContainerEnd } from '#server/facts/container.ts';
import { meaningOf, quoted, type Meanings } from './meanings.ts';

/** What the shell, the kernel and the runtimes mean by a code. Codes of 129 and more are 128 and the number of a signal. */
const codes: Readonly<Record<number, string>> = {
  126: 'its command cannot be run',
  127: 'its command is not found',
  132: 'illegal instruction',
  134: 'it gave up by itself, SIGABRT',
  135: 'bus error',
  136: 'arithmetic error',
  137: 'killed',
  139: 'segmentation fault',
  143: 'ended by SIGTERM',
};

/** An exit code in words that follow a colon: `exit code 1`, `segmentation fault (exit code 139)`. */
export function exitWords({ exitCode }: Pick<ContainerEnd, 'exitCode'>): string {
  if (exitCode === null) return 'exit code not told';
  const words = Object.hasOwn(codes, exitCode) ? codes[exitCode] : undefined;
  return words === undefined ? `exit code ${exitCode}` : `${words} (exit code ${exitCode})`;
}

const startMeanings: Meanings = [
  [/exec format error/i, 'its image is for another processor architecture'],
  [/exec: "?([^":\s]+)"?: executable file not found/i, 'its command $1 is not in its image'],
  [/exec:? "?([^":\s]+)"?: (?:stat \S+: )?no such file or directory/i, 'its command $1 is not in its image'],
  [/exec:? "?([^":\s]+)"?: permission denied/i, 'its command $1 may not be executed'],
  [/exec: "?([^":\s]+)"?: is a directory/i, 'its command $1 is a directory'],
  [
    /trying to mount a directory onto a file/i,
    'a directory is mounted where its image has a file, or the other way round',
  ],
  [/chdir to cwd \("([^"]+)"\)/i, 'its working directory $1 cannot be entered'],
  [/unable to find user ([^\s:]+)/i, 'its user $1 is not in its image'],
  [/no space left on device/i, 'the disk of its node is full'],
];

/** What a runtime puts in front of the cause. */
const before = /^[^]*unable to start container process: /;

/** Why a container could not be started, as the runtime says, in words that follow a colon. */
export function startWords(message: string): string {
  const meaning = meaningOf(message, startMeanings);
  if (meaning !== null) return meaning.words;
  const cause = message.replace(before, '');
  return cause.trim() === '' ? 'why is not told' : `its node says ${quoted(cause, 100)}`;
}

/** Reasons of an end that came before the container's own command ran. */
const neverStarted: ReadonlySet<string> = new Set(['StartError', 'ContainerCannotRun']);

/** True if the runtime could not start it at all. */
export function neverRan({ reason }: Pick<ContainerEnd, 'reason'>): boolean {
  return neverStarted.has(reason);
}
