import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Variables } from './config-environment.ts';
import { quoted } from './config-values.ts';

/** A secret as it was read, or why there is none: a sentence that holds nothing of it. */
export type SecretRead = { value: string } | { problem: string };

/** Secrets that the configuration names by `{ env: NAME }` or `{ file: PATH }`. */
export interface SecretReferences {
  /** Reads one; a relative path is taken from the folder of the configuration file. Throws nothing that a stranger can cause. */
  read(reference: unknown): SecretRead;
  /** Absolute paths of all that were asked for, the bad ones too. */
  readonly paths: readonly string[];
}

// A token is some kilobytes; what is longer was named by mistake.
const mostBytes = 65_536;

/** What to write instead of a secret. */
export const referenceShould = 'write { env: NAME } or { file: PATH }';

/** None asked for yet. `directory` is that of the configuration file. */
export function secretReferences(directory: string, variables: Variables): SecretReferences {
  const paths = new Set<string>();
  return {
    get paths() {
      return [...paths];
    },
    read(reference) {
      const named = namedIn(reference);
      if ('problem' in named) return named;
      if ('env' in named) return ofVariable(named.env, variables[named.env]);
      const file = resolve(directory, named.file);
      paths.add(file);
      return ofFile(quoted(named.file), file);
    },
  };
}

/** Nothing of what stands here is told: it may be the secret itself. */
function namedIn(reference: unknown): { env: string } | { file: string } | { problem: string } {
  if (typeof reference !== 'object' || reference === null || Array.isArray(reference))
    return { problem: `is secret and must not stand here itself: ${referenceShould}` };
  const [[key, name] = [], ...more] = Object.entries(reference) as [string, unknown][];
  if (more.length > 0 || typeof name !== 'string') return { problem: `names no secret: ${referenceShould}` };
  if (key === 'file' && name !== '' && !name.includes('\0')) return { file: name };
  if (key === 'env' && /^[A-Za-z_][A-Za-z0-9_]{0,199}$/.test(name)) return { env: name };
  const names: Record<string, string> = { env: 'no name of an environment variable', file: 'no name of a file' };
  return { problem: `names no secret: ${(key !== undefined && names[key]) || referenceShould}` };
}

function ofVariable(name: string, value: string | undefined): SecretRead {
  if (value === undefined) return { problem: `the environment variable ${name} is not set` };
  return checked(`the environment variable ${name}`, value);
}

function ofFile(name: string, file: string): SecretRead {
  try {
    const stats = statSync(file);
    // Opening a named pipe would wait for its writer.
    if (!stats.isFile()) return { problem: `the file ${name} is ${stats.isDirectory() ? 'a directory' : 'no file'}` };
    if (stats.size > mostBytes) return { problem: `the file ${name} is larger than 64 KB and hardly a secret` };
    const text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
    // Editors and `echo` end a file with one.
    return checked(`the file ${name}`, text.replace(/[\r\n]+$/, ''));
  } catch (error) {
    return { problem: `the file ${name} ${reasonOf(error)}` };
  }
}

/** What no secret holds, whatever it is for. */
function checked(what: string, value: string): SecretRead {
  if (value === '') return { problem: `${what} is empty` };
  if (Buffer.byteLength(value) > mostBytes) return { problem: `${what} is larger than 64 KB and hardly a secret` };
  if (value.includes('\0')) return { problem: `${what} holds a NUL and is no text` };
  if (value.includes('PRIVATE KEY-----')) return { problem: `${what} holds a private key, which is never sent` };
  return { value };
}

const reasons: Record<string, string> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist: a part of its path is not a directory',
  EACCES: 'cannot be read: permission denied',
  ERR_ENCODING_INVALID_ENCODED_DATA: 'holds what is no text (UTF-8)',
};

function reasonOf(error: unknown): string {
  const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
  return reasons[code] ?? `cannot be read: ${code}`;
}
