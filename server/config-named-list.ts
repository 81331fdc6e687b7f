import * as v from 'valibot';
import { quoted, listOf, told, written } from './config-values.ts';

/** The line of the file in which a key stands, counted from 1. */
export type LineOf = (path: readonly (string | number)[]) => number;

/** How many groups there may be in a list, and what each of them is. */
export interface NamedListOf {
  /** `probes`: the key of the list. */
  key: string;
  /** "probe". */
  what: string;
  most: number;
  lineOf: LineOf;
}

/** A name of the owner's, which is part of a finding's id: `Probe/Home Assistant`. */
export const ownName: v.GenericSchema<unknown, string> = written(
  (input) => (typeof input === 'string' && /^(?!\s)[^/|\p{Cc}\p{Cf}]{1,100}$/u.test(input) ? input.trim() : null),
  'must be a text of 1 to 100 characters without / and | (in quotes if it looks like a number)',
);

/** A list of groups whose names differ: a second one of the same name is told with the line of the first. */
export function namedList<T extends { name: string }>(
  item: v.GenericSchema<unknown, T>,
  { key, what, most, lineOf }: NamedListOf,
): v.GenericSchema<unknown, T[]> {
  const list = v.pipe(
    listOf(item),
    v.rawCheck(({ dataset, addIssue }) => {
      if (!Array.isArray(dataset.value)) return;
      const first = new Map<string, number>();
      for (const [i, each] of (dataset.value as unknown[]).entries()) {
        const name = nameOf(each);
        const before = name === null ? undefined : first.get(name);
        if (name !== null && before === undefined) first.set(name, i);
        if (name === null || before === undefined) continue;
        const line = lineOf([key, before, 'name']);
        addIssue({
          message: `the ${what} ${quoted(name)} is already there in line ${line}`,
          path: [
            { type: 'array', origin: 'value', input: dataset.value as unknown[], key: i, value: each },
            { type: 'object', origin: 'value', input: each as Record<string, unknown>, key: 'name', value: name },
          ],
        });
      }
    }),
  );
  const tooMany = told<T[]>((input) => ({
    problem: `${(input as unknown[]).length} ${key} are too many: there can be at most ${most}`,
  }));
  return v.lazy((input) => (Array.isArray(input) && input.length > most ? tooMany : list));
}

function nameOf(item: unknown): string | null {
  const { name } = (typeof item === 'object' && item !== null ? item : {}) as { name?: unknown };
  return typeof name === 'string' && name !== '' ? name : null;
}
