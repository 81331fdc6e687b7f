import { X509Certificate } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { concealed } from './config-secrets.ts';

/** PEM of each certificate of a file, or why there is none, to be said after its name: "does not exist". */
export type AuthorityFile = { pem: string[] } | { problem: string };

/** Files of authorities that the configuration names. */
export interface AuthorityFiles {
  /** Reads one; a relative path is taken from the folder of the configuration file. Throws nothing that a stranger can cause. */
  read(path: string): AuthorityFile;
  /** Absolute paths of all that were asked for, the bad ones too: whoever waits for a change looks at them. */
  readonly paths: readonly string[];
}

// All authorities that a browser trusts are 200 kB.
const mostBytes = 1_000_000;

/** None asked for yet. `directory` is that of the configuration file. */
export function authorityFiles(directory: string): AuthorityFiles {
  const paths = new Set<string>();
  return {
    get paths() {
      return [...paths];
    },
    read(path) {
      const file = resolve(directory, path);
      paths.add(file);
      const text = readText(file);
      return typeof text === 'string' ? certificatesIn(text) : text;
    },
  };
}

/** Its text, of which nothing may be told: it may be a key. */
function readText(file: string): string | { problem: string } {
  try {
    const stats = statSync(file);
    // Opening a named pipe would wait for its writer.
    if (!stats.isFile()) return { problem: stats.isDirectory() ? 'is a directory' : 'is not a file' };
    if (stats.size > mostBytes) return { problem: 'is larger than 1 MB and hardly a file of authorities' };
    return readFileSync(file, 'utf8');
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return { problem: `does not exist: there is no ${concealed(file)}` };
    return { problem: reasons[code] ?? `cannot be read: ${code}` };
  }
}

const reasons: Record<string, string> = {
  ENOTDIR: 'does not exist: a part of its path is not a directory',
  EACCES: 'cannot be read: permission denied',
};

const begin = '-----BEGIN CERTIFICATE-----';
const end = '-----END CERTIFICATE-----';

function certificatesIn(text: string): AuthorityFile {
  if (/-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY/.test(text))
    return { problem: 'holds a private key: name a file of certificates alone' };
  if (text.trim() === '') return { problem: 'is empty' };
  const bodies = text.split(begin).slice(1);
  if (bodies.length === 0) return { problem: `holds no certificate: it must be PEM, which begins with ${begin}` };
  const pem: string[] = [];
  for (const body of bodies) {
    const certificate = parsed(`${begin}${body.slice(0, body.indexOf(end) + 1 || body.length)}${end.slice(1)}\n`);
    if (certificate === null) return { problem: `holds a certificate that cannot be read (number ${pem.length + 1})` };
    pem.push(certificate.toString());
  }
  return { pem };
}

function parsed(pem: string): X509Certificate | null {
  try {
    return new X509Certificate(pem);
  } catch {
    return null; // OpenSSL's words for what is no certificate help nobody: what null means
  }
}
