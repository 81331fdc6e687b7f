import type { Check } from '#server/engine/define-check.ts';
import type { TileDefinition } from '#server/engine/define-tile.ts';
import type { Setting } from '#server/engine/setting.ts';

const head = ['Check', 'Says', 'Needs', 'Settings (default)', 'Must hold for'];

/**
 * The table of checks as Markdown, one row a check in the order of the wall, with a newline at its end. Columns are
 * padded as the formatter of this repository pads them, so that a README with the table in it is well formatted.
 */
export function checksTable(areas: readonly TileDefinition[]): string {
  const rows = [head, ...areas.flatMap(({ checks }) => checks.map(row))].map((cells) => cells.map(escaped));
  const widths = head.map((_, column) => Math.max(...rows.map((cells) => cells[column]?.length ?? 0)));
  const line = (cells: string[]) => `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(' | ')} |\n`;
  const [titles = [], ...body] = rows;
  return [titles, widths.map((width) => '-'.repeat(width)), ...body].map(line).join('');
}

/** The text with what stands between the markers replaced; null if it has no markers, or not in their order. */
export function withTable(text: string, table: string): string | null {
  const [begin, end] = ['<!-- checks -->', '<!-- /checks -->'];
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to < from) return null;
  return `${text.slice(0, from + begin.length)}\n\n${table}\n${text.slice(to)}`;
}

function row(check: Check): string[] {
  const settings = Object.entries(check.settings).map(
    ([name, setting]) => `\`${name}\` ${setting.about} (${asWritten(setting)})`,
  );
  const held = check.for?.(defaults(check)) ?? 0;
  return [
    `\`${check.check}\``,
    check.about + (check.latch === true ? '; stays until acknowledged' : ''),
    Object.entries(check.needs)
      .map(([kind, need]) => (need === 'optional' ? `${kind} (optional)` : kind))
      .join(', '),
    settings.join('; '),
    held === 0 ? '' : durationAsWritten(held),
  ];
}

function defaults({ settings }: Check): Record<string, number> {
  return Object.fromEntries(Object.entries(settings).map(([name, setting]) => [name, setting.default]));
}

/** A default as it would be written in the configuration file. */
function asWritten({ type, default: value }: Setting): string {
  switch (type) {
    case 'duration':
      return durationAsWritten(value);
    case 'percent':
      return `${value} %`;
    case 'count':
    case 'bytes':
      return String(value);
  }
}

function durationAsWritten(ms: number): string {
  const units: [string, number][] = [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
  ];
  const [unit, size] = units.find(([, each]) => ms >= each && ms % each === 0) ?? ['ms', 1];
  return `${ms / size}${unit}`;
}

function escaped(cell: string): string {
  return cell.replaceAll('|', '\\|').replaceAll('\n', ' ');
}
