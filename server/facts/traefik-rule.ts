import { textOf } from './read-raw.ts';

// A hundred hosts of usual length are 4,000; what is longer is not looked through.
const longestRule = 20_000;
const mostFound = 100;

/** Functions of a rule whose arguments are host names. HostRegexp's are patterns. */
const hostFunctions = new Set(['host', 'hostsni', 'hostheader']);
const pathFunctions = new Set(['path', 'pathprefix']);
const pathPatterns = new Set(['pathregexp']);

/**
 * Texts in backticks or double quotes, names, parentheses and the `!` before what must not hold; all else between them is
 * skipped. A text with a backslash is none: no host has one, and the search stays linear whatever is written.
 */
const tokens = /`([^`]*)`|"([^"\\]*)"|([A-Za-z_]+)|([()!])/g;

/**
 * The host names that a rule of Traefik asks for, in their order, at most 100: `Host(`a`) || Host(`b`)` and the older
 * `Host(`a`, `b`)`. Hosts that must not be (`!Host(`a`)`) and patterns are none. Nothing for what is no rule.
 */
export function hostsOfRule(rule: unknown): string[] {
  return argumentsOf(rule, hostFunctions);
}

/**
 * Paths that a rule of Traefik lets through, at most 100: those of `Path` and `PathPrefix`, `/` where it asks for none.
 * Nothing where only patterns tell (`PathRegexp`, `/items/{id}`), or for what is no rule.
 */
export function pathsOfRule(rule: unknown): string[] {
  const named = argumentsOf(rule, pathFunctions);
  const any = typeof rule === 'string' && named.length === 0 && argumentsOf(rule, pathPatterns).length === 0;
  return any ? ['/'] : named.filter((path) => path.startsWith('/') && !path.includes('{'));
}

/** What stands in the parentheses of these functions where it must hold. */
function argumentsOf(rule: unknown, functions: ReadonlySet<string>): string[] {
  if (typeof rule !== 'string') return [];
  const found: string[] = [];
  const open: { takes: boolean; negated: boolean }[] = [];
  let name = '';
  let negating = false;
  for (const [, backticked, quoted, word, sign] of rule.slice(0, longestRule).matchAll(tokens)) {
    const { takes, negated } = open.at(-1) ?? { takes: false, negated: false };
    const text = backticked ?? quoted;
    if (text !== undefined) {
      if (takes && !negated && text !== '' && found.length < mostFound) found.push(textOf(text));
    } else if (sign === '(') {
      open.push({ takes: functions.has(name.toLowerCase()), negated: negated !== negating });
      negating = false;
    } else if (sign === ')') {
      open.pop();
    } else if (sign === '!') {
      negating = !negating;
    }
    name = word ?? '';
  }
  return found;
}
