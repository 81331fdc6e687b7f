import { format } from 'prettier';
import { describe, expect, test } from 'vitest';
import { watchedAreas } from '#server/checks/areas.ts';
import { checksTable, withTable } from '#server/checks/table.ts';
import { defineCheck } from '#server/engine/define-check.ts';
import { defineTile } from '#server/engine/define-tile.ts';
import { count, duration, percent } from '#server/engine/setting.ts';
import { say } from '#shared/say.ts';

const aCheck = defineCheck({
  check: 'nodes/a',
  about: 'one | two',
  needs: { node: 'required', lease: 'optional' },
  settings: {
    warn: duration(90_000, 'warns'),
    bad: duration(1_500, 'fails'),
    full: percent(80, 'full'),
    many: count(3, 'many'),
    for: duration(86_400_000, 'held'),
  },
  for: (settings) => settings.for,
  latch: true,
  judge: () => [],
});
const tile = defineTile({
  area: 'nodes',
  needs: [],
  checks: [aCheck],
  figure: () => ({ value: '', detail: say('') }),
  columns: [],
  cells: () => ({}),
});
const cellsOf = (line: string) =>
  line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim());

describe('the table of checks', () => {
  test('has a row with what a check says, needs, and can be set to', () => {
    const [, , row = ''] = checksTable([tile]).split('\n');
    expect(cellsOf(row)).toEqual([
      '`nodes/a`',
      'one \\| two; stays until acknowledged',
      'node, lease (optional)',
      '`warn` warns (90s); `bad` fails (1500ms); `full` full (80 %); `many` many (3); `for` held (1d)',
      '1d',
    ]);
  });

  test('has one row for every check there is, in the order of the wall', () => {
    const rows = checksTable(watchedAreas).trimEnd().split('\n').slice(2);
    const names = watchedAreas.flatMap(({ checks }) => checks.map(({ check }) => `\`${check}\``));
    expect(rows.map((row) => cellsOf(row)[0])).toEqual(names);
  });

  test('is as the formatter wants it', async () => {
    const table = checksTable(watchedAreas);
    expect(await format(table, { parser: 'markdown', printWidth: 120 })).toBe(table);
  });
});

describe('the place of the table in a text', () => {
  const text = 'before\n<!-- checks -->\nold\n<!-- /checks -->\nafter\n';

  test('is filled, and filling it again changes nothing', () => {
    const filled = withTable(text, '| new |\n');
    expect(filled).toBe('before\n<!-- checks -->\n\n| new |\n\n<!-- /checks -->\nafter\n');
    expect(withTable(filled!, '| new |\n')).toBe(filled);
  });

  test('must be there', () => {
    expect(withTable('no markers', 'x')).toBeNull();
    expect(withTable('<!-- /checks --> <!-- checks -->', 'x')).toBeNull();
  });
});
