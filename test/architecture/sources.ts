import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** One import of a source file: `names` the path from the root for own files (`server/store/store.ts`), else the package. */
export interface ImportLine {
  target: string;
  typeOnly: boolean;
}

/** A source file of ours with what it imports. `path` is relative to the root, with forward slashes. */
export interface Source {
  path: string;
  text: string;
  imports: ImportLine[];
}

const root = join(import.meta.dirname, '..', '..');
const skipped = new Set(['node_modules', 'dist', 'go', '.test-results']);

/** All `.ts` and `.svelte` files below the folders. Throws if a folder is missing. */
export function readSources(...folders: string[]): Source[] {
  return folders.flatMap((folder) => filesBelow(join(root, folder))).map(readSource);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return skipped.has(entry.name) ? [] : filesBelow(path);
    return /\.(ts|svelte)$/.test(entry.name) && !entry.name.endsWith('.d.ts') ? [path] : [];
  });
}

function readSource(file: string): Source {
  const text = readFileSync(file, 'utf8');
  const path = relative(root, file);
  return { path, text, imports: importsOf(path, text) };
}

function importsOf(path: string, text: string): ImportLine[] {
  const lines = text.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm,
  );
  return [...lines].map(([, type, , from, dynamic]) => ({
    target: resolved(path, (from ?? dynamic)!),
    typeOnly: type !== undefined,
  }));
}

function resolved(path: string, target: string): string {
  if (target.startsWith('#')) return target.slice(1);
  if (target.startsWith('.')) return normalize(join(dirname(path), target)).replaceAll('\\', '/');
  return target;
}
