import { open, stat } from 'node:fs/promises';
import type { BigIntStats } from 'node:fs';

// A kubeconfig with a hundred clusters has a few hundred kB; more is no configuration, key or token.
const mostBytes = 1_000_000;

/** The text of a file, or why it cannot be had, to be said after its name: "does not exist". */
export type FileText = { text: string; problem: '' } | { text: null; problem: string };

/** Reads files and notes how each stood when it was read, so that a later change can be seen. */
export interface FileReader {
  read(path: string): Promise<FileText>;
  /** Signature by path of all files asked for, the missing ones too. */
  readonly signatures: ReadonlyMap<string, string>;
}

/** A reader that has read nothing yet. */
export function fileReader(): FileReader {
  const signatures = new Map<string, string>();
  return {
    signatures,
    async read(path) {
      try {
        return await readWhole(path, (stats) => signatures.set(path, signatureOf(stats)));
      } catch (error) {
        if (!signatures.has(path)) signatures.set(path, await fileSignature(path));
        return { text: null, problem: whyNot(error) };
      }
    },
  };
}

/** Changes whenever the file is replaced, written to, removed or made readable. Never rejects. */
export async function fileSignature(path: string): Promise<string> {
  try {
    return signatureOf(await stat(path, { bigint: true }));
  } catch (error) {
    return `none: ${(error as NodeJS.ErrnoException).code}`;
  }
}

async function readWhole(path: string, seen: (stats: BigIntStats) => void): Promise<FileText> {
  // Opening a named pipe would wait for its writer, so look first.
  if (!(await stat(path)).isFile()) return { text: null, problem: 'is not a file' };
  const file = await open(path, 'r');
  try {
    const stats = await file.stat({ bigint: true });
    seen(stats);
    if (stats.size > BigInt(mostBytes)) return { text: null, problem: 'is larger than 1 MB' };
    return { text: await file.readFile('utf8'), problem: '' };
  } finally {
    await file.close();
  }
}

function signatureOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs, ctimeNs].join(':');
}

function whyNot(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
  if (code === 'ENOENT' || code === 'ENOTDIR') return 'does not exist';
  if (code === 'EACCES' || code === 'EPERM') return `may not be read by this user (${code})`;
  return `cannot be read (${code})`;
}
