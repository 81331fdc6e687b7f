import type { HttpAnswer } from '#server/cluster/network.ts';
import type { ServiceTrouble } from '#server/facts/service-probe.ts';
import { sayable } from '#server/cluster/sayable.ts';
import { jsonPathOf, valueAt } from './json-path.ts';
import { jsonOf } from './json-text.ts';
import type { Expected } from './service-config.ts';

type Answered = Extract<HttpAnswer, { trouble: '' }>;
type Json = Expected['json'][number];

/** What an answer shows that it should not, or does not show: `does not show "explore"`. */
export interface WrongContent {
  trouble: Extract<ServiceTrouble, 'text-missing' | 'text-forbidden' | 'json'>;
  /** What the service does, to stand behind its name. */
  message: string;
}

/** Enough to know a text again. */
const quotedLength = 80;
/** What is longer is not looked through for the sake of that. */
const longestRead = 1_000;

/** What is wrong with what an answer shows, null if nothing. What must not be there tells more than what is missing, and comes first. */
export function wrongContent(
  { body, bodyCut, headers }: Answered,
  title: string,
  { text, absent, json }: Expected,
): WrongContent | null {
  if (absent !== '' && shows(body, title, absent)) {
    return { trouble: 'text-forbidden', message: `shows ${quoted(absent)}` };
  }
  // Cut, so that there may be more: it was not seen, and that is all that is known.
  const where = bodyCut ? ' in the part of its page that was read' : '';
  if (text !== '' && !shows(body, title, text)) {
    return { trouble: 'text-missing', message: `does not show ${quoted(text)}${where}` };
  }
  return json.length === 0 ? null : wrongJson(body, bodyCut, headers, json);
}

function wrongJson(
  body: string,
  bodyCut: boolean,
  headers: Answered['headers'],
  wanted: readonly Json[],
): WrongContent | null {
  const root = jsonOf(body.replace(/^\uFEFF/, ''));
  if (root === null && body.trim() !== 'null') {
    const type = sayable(headers['content-type']?.split(';')[0] ?? '', 40);
    const instead = bodyCut ? 'answers with more JSON than is read' : 'answers with no JSON';
    return { trouble: 'json', message: type === '' || bodyCut ? instead : `${instead} but ${type}` };
  }
  const message = wanted.map((each) => differs(root, each)).find((difference) => difference !== '');
  return message === undefined ? null : { trouble: 'json', message };
}

/** How what stands at a path differs from what should, "" if it does not. Texts as they are compared: without regard to case; `200` and `"200"` are the same. */
function differs(root: unknown, { path, value }: Json): string {
  const steps = jsonPathOf(path);
  const found = steps === null ? undefined : valueAt(root, steps);
  const place = path === '' ? 'its JSON' : sayable(path, quotedLength);
  if (found === undefined) return `says nothing of ${place}`;
  const isList = typeof found === 'object' && found !== null;
  if (!isList && (found === null || value === null ? found === value : same(found, value))) return '';
  return `says that ${place} is ${written(found)}, not ${written(value)}`;
}

function same(found: unknown, value: string | number | boolean): boolean {
  return String(found).toLowerCase() === String(value).toLowerCase();
}

function written(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  return typeof value === 'string' ? quoted(value) : String(value);
}

/** Without regard to case, and to where lines are broken. */
function shows(body: string, title: string, text: string): boolean {
  const words = text.trim().split(/\s+/).map(escaped);
  // Rather than a page of 256 KB written anew: it is asked for twice a minute, by many.
  const wanted = new RegExp(words.join('\\s+'), 'iu');
  return wanted.test(body) || wanted.test(title);
}

function escaped(word: string): string {
  return word.toWellFormed().replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

function quoted(text: string): string {
  return `"${sayable(text.slice(0, longestRead), quotedLength)}"`;
}
