/** Longer paths, or deeper ones, are none: no answer of a service's health is like that. */
const longestPath = 500;
const mostSteps = 50;

/** One step: `name` at the beginning or after a dot, `[0]`, `["a name"]` with any text but quotes. Each alternative ends where it must, so the search is linear. */
const step = /(?:^|\.)([^.[\]"]+)|\[(\d{1,9})\]|\["([^"]*)"\]/y;

/** The steps of `status.database`, `items[0].name`, `["a.b"].c`; empty for the whole (`""`), null for what is no path. */
export function jsonPathOf(text: string): readonly string[] | null {
  if (text.length > longestPath) return null;
  const steps: string[] = [];
  for (let at = 0; at < text.length; at = step.lastIndex) {
    step.lastIndex = at;
    const found = step.exec(text);
    if (found === null || steps.length === mostSteps) return null;
    const [, name, position, quoted] = found;
    steps.push(name ?? position ?? quoted ?? '');
  }
  return steps;
}

/** What stands at a path of parsed JSON, undefined if nothing does. Only what was written counts: never what every object has (`constructor`, `__proto__`). */
export function valueAt(root: unknown, steps: readonly string[]): unknown {
  let value = root;
  for (const name of steps) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    // The length of a list is its own too, but nobody wrote it.
    if (Array.isArray(value) && name === 'length') return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
