import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { watchedAreas } from '#server/checks/areas.ts';
import { checksTable, withTable } from '#server/checks/table.ts';

test('the table of checks in the README is that of the code', () => {
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  expect(withTable(readme, checksTable(watchedAreas)), 'renew it with "npm run checks -- --write"').toBe(readme);
});
