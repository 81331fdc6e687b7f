// Prints the table of checks from the code; with --write puts it into README.md between its markers.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { watchedAreas } from '../server/checks/areas.ts';
import { checksTable, withTable } from '../server/checks/table.ts';

const table = checksTable(watchedAreas);
if (process.argv.includes('--write')) write();
else process.stdout.write(table);

function write(): void {
  const readme = new URL('../README.md', import.meta.url);
  const text = existsSync(readme) ? withTable(readFileSync(readme, 'utf8'), table) : null;
  if (text === null) {
    process.stderr.write('README.md has no place for the table: <!-- checks --> and <!-- /checks -->\n');
    process.exitCode = 1;
    return;
  }
  writeFileSync(readme, text);
}
