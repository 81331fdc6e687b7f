import { maskSecrets } from './mask-secrets.ts';

/** How much of a log is kept: the last lines, and so much of each. */
export const mostLogLines = 20;
const longestLine = 300;
// A secret must be seen whole to be masked; what stands further behind is cut off anyway.
const longestRead = 2_000;

/** Colours, movements of the cursor, titles of windows. */

const terminalCodes =
  /(?:\u001b\[|\u009b)[0-?]{0,40}[ -/]{0,4}[@-~]?|\u001b\][^\u0007\u001b\n]{0,400}(?:\u0007|\u001b\\)?|\u001b[ -/]{0,4}[0-~]?/g;

/**
 * The last lines of a container's log as they can stand on a wall, oldest first: at most 20 of at most 300 characters,
 * without empty ones, terminal codes, control and direction characters and obvious secrets. Takes any bytes.
 */
export function logLines(bytes: Uint8Array): string[] {
  const text = new TextDecoder('utf-8').decode(bytes);
  const lines = text.split(/\r?\n/).flatMap((line) => plainLine(line) || []);
  // Masked as one text, since keys go over several lines.
  const shown = maskSecrets(lines.slice(-mostLogLines).join('\n')).split('\n');
  return shown.flatMap((line) => cut(line.trimEnd()) || []);
}

/** What a terminal would show of it. */
function plainLine(line: string): string {
  const shown = line.slice(0, 4 * longestRead).trimEnd();
  // What is written over after a carriage return is not seen.
  const last = shown.slice(shown.lastIndexOf('\r') + 1);
  return last
    .replaceAll(terminalCodes, '')
    .replaceAll('\t', '  ')
    .replaceAll(/[\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu, '')
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, longestRead)
    .trimEnd();
}

function cut(line: string): string {
  if (line.length <= longestLine) return line;
  return `${line.slice(0, longestLine - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
