import * as v from 'valibot';
import { statusOf } from '#server/facts/probe-wish.ts';
import { jsonPathOf } from '#server/probes/json-path.ts';
import type { Expected } from '#server/probes/service-config.ts';
import { optional, quoted, told, written } from './config-values.ts';

const longestText = 500;
const mostRanges = 20;
const mostPaths = 20;

/** What an answer by HTTP must be like; null where nothing is written. */
export const expectedEntries = {
  status: optional(written(statuses, 'is no status: write it like 200, "2xx", "200,204" or a list of them'), null),
  text: optional(sought(), null),
  absent: optional(sought(), null),
  json: optional(json(), null),
};

function statuses(input: unknown): Expected['status'] | null {
  const each = (Array.isArray(input) ? (input as unknown[]) : [input]).map((one) =>
    (typeof one === 'number' || typeof one === 'string') && one !== '' ? statusOf(String(one)) : null,
  );
  const ranges = each.flatMap((one) => one ?? []);
  const isGood = each.length > 0 && each.every((one) => one !== null) && ranges.length <= mostRanges;
  return isGood ? ranges : null;
}

function sought(): v.GenericSchema<unknown, string> {
  return written(
    (input) => (typeof input === 'string' && input.trim() !== '' && input.length <= longestText ? input : null),
    `must be a text of 1 to ${longestText} characters (in quotes if it looks like a number)`,
  );
}

/** `{ database.status: ok, version: 3 }`. */
function json(): v.GenericSchema<unknown, Expected['json']> {
  const group = v.pipe(
    v.custom<Record<string, unknown>>(
      (input) => typeof input === 'object' && input !== null && !Array.isArray(input),
      ({ input }) => `${quoted(input)} must be a group of paths, each with its value, such as status: ok`,
    ),
    v.rawTransform<Record<string, unknown>, Expected['json']>(({ dataset, addIssue }) =>
      Object.entries(dataset.value).map(([key, value]) => {
        const path: [v.IssuePathItem] = [{ type: 'object', origin: 'value', input: dataset.value, key, value }];
        const problem = jsonProblem(key, value);
        if (problem !== '') addIssue({ message: problem, path });
        return { path: key, value: value as Expected['json'][number]['value'] };
      }),
    ),
  ) as v.GenericSchema<unknown, Expected['json']>;
  const tooMany = told<Expected['json']>(() => ({ problem: `there are too many paths: at most ${mostPaths}` }));
  return v.lazy((input) => {
    const isTooLarge = typeof input === 'object' && input !== null && Object.keys(input).length > mostPaths;
    return isTooLarge ? tooMany : group;
  });
}

function jsonProblem(path: string, value: unknown): string {
  if (jsonPathOf(path) === null) return 'is no path: write it like status, database.status or items[0].name';
  const isScalar = value === null || typeof value === 'boolean' || Number.isFinite(value);
  if (isScalar || (typeof value === 'string' && value.length <= longestText)) return '';
  return `${quoted(value)} must be a text, a number, true, false or null`;
}
