import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { row, table } from './report.ts';

const page = 'dist/web';

/** JavaScript that the page loads before Chart.js: the scripts index.html names, with what they import at once. */
export function benchFirstLoad(): void {
  const html = readFileSync(join(page, 'index.html'), 'utf8');
  const named = [...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map(([, file]) => file!);
  const first = new Set<string>();
  for (const file of named) addWithImports(file, first);
  const bytes = [...first].reduce((sum, file) => sum + brotliCompressSync(readFileSync(join(page, file))).length, 0);
  const all = readdirSync(page, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.js'));
  const plain = all.reduce((sum, file) => sum + statSync(join(page, file)).size, 0);
  table('First load', [
    row(`JavaScript before Chart.js, brotli (${first.size} of ${all.length} files)`, '60', bytes / 1000, null, 'kB'),
    row('all JavaScript, not compressed', '-', plain / 1000, null, 'kB'),
  ]);
}

function addWithImports(file: string, found: Set<string>): void {
  if (found.has(file)) return;
  found.add(file);
  const text = readFileSync(join(page, file), 'utf8');
  for (const [, imported] of text.matchAll(/(?:from|import)\s*["'](\.{1,2}\/[^"']+\.js)["']/g)) {
    addWithImports(join(file, '..', imported!), found);
  }
}
