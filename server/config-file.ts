import * as v from 'valibot';
import { isCollection, isMap, isNode, isPair, LineCounter, parseDocument, visit, type Document } from 'yaml';
import type { References } from './config-references.ts';
import { concealed, concealedIn } from './config-secrets.ts';
import { fileSchema, type ConfigurableCheck, type FileConfig } from './config-schema.ts';

/** What was read, or everything that is wrong with it: "clusterwall.yaml:3: timeZone: ...". */
export type FileOutcome = { config: FileConfig } | { problems: string[] };

// A configuration is some kilobytes: a log or a disk image named by mistake must not be parsed.
const longestFile = 1_000_000;

/**
 * Reads the text of a configuration file, and what it names instead of saying it itself; `name` stands before each problem.
 * Throws nothing.
 */
export function parseConfigFile(
  name: string,
  text: string,
  checks: readonly ConfigurableCheck[],
  references: References,
): FileOutcome {
  if (text.length > longestFile) return { problems: [`${name}: is larger than 1 MB and hardly a configuration file`] };
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const broken = [...document.errors, ...document.warnings].map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return `${name}:${line}:${col}: ${brokenYaml(error)}`;
  });
  broken.push(...misplaced(document).map(({ offset, problem }) => `${name}:${lines.linePos(offset).line}: ${problem}`));
  if (broken.length > 0) return { problems: broken.slice(0, 20) };
  const value = contentOf(document);
  if ('problem' in value) return { problems: [`${name}${lineOfAlias(document, lines)}: ${value.problem}`] };
  const lineAt = (path: readonly (string | number)[]) => lineOf(path, document, lines);
  const parsed = v.safeParse(fileSchema(checks, references, lineAt), value.content ?? {});
  if (parsed.success) return { config: parsed.output };
  const told = parsed.issues.map((issue) => tell(name, issue, document, lines));
  return { problems: told.toSorted((a, b) => a.line - b.line).map(({ sentence }) => sentence) };
}

/** Of these the parser quotes what was written, which may be a password that was not put in quotes. */
const unquoted: Readonly<Record<string, string>> = {
  BAD_DIRECTIVE: 'a directive of YAML that is not known: put what begins with % in quotes',
  BAD_DQ_ESCAPE: 'a \\ in double quotes that means nothing: use single quotes',
  TAG_RESOLVE_FAILED: 'a tag of YAML that is not known: put what begins with ! in quotes',
};

function brokenYaml({ code, message }: { code: string; message: string }): string {
  return unquoted[code] ?? concealedIn(message.replace(/: (?!between).*$/s, ''));
}

// The schema would pass over these names in silence, since an object cannot safely hold them.
const reserved = ['__proto__', 'prototype', 'constructor'];

/** What may stand nowhere: keys that no object can hold, and private keys, of which nothing is told. */
function misplaced(document: Document): { problem: string; offset: number }[] {
  const found: { problem: string; offset: number }[] = [];
  visit(document, {
    Pair(_, { key }) {
      const name = String(key);
      if (!reserved.includes(name)) return;
      found.push({ problem: `unknown key "${name}"`, offset: isNode(key) ? (key.range?.[0] ?? 0) : 0 });
    },
    Scalar(_, { value, range }) {
      if (typeof value !== 'string' || !value.includes('PRIVATE KEY-----')) return;
      found.push({ problem: 'here stands a private key, which belongs in no configuration', offset: range?.[0] ?? 0 });
    },
  });
  return found;
}

// toJS throws for aliases of what does not exist or that unfold to too much; both are mistakes in the file.
function contentOf(document: Document): { content: unknown } | { problem: string } {
  try {
    return { content: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch (error) {
    if (error instanceof ReferenceError) return { problem: brokenYaml({ code: '', message: error.message }) };
    throw error;
  }
}

/** `:3` of the first alias that stands for nothing, "" if there is none. Nothing is told of its name: it may be a password that begins with *. */
function lineOfAlias(document: Document, lines: LineCounter): string {
  let line = '';
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      line = `:${lines.linePos(alias.range?.[0] ?? 0).line}`;
      return visit.BREAK;
    },
  });
  return line;
}

function tell(name: string, issue: v.BaseIssue<unknown>, document: Document, lines: LineCounter) {
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  const line = lineOf(path, document, lines);
  const key = path.length === 0 ? '' : `${writePath(path)}: `;
  return { line, sentence: `${name}:${line}: ${key}${issue.message}` };
}

/** `checks.nodes/no-heartbeat.warn`, `ignore[2].subject`. */
function writePath(path: (string | number)[]): string {
  const shown = path.map((key) => (typeof key === 'number' ? `[${key + 1}]` : `.${concealed(key).slice(0, 80)}`));
  return shown.join('').replace(/^\./, '');
}

/** The line of the key itself, or of the deepest group that is written. */
function lineOf(path: readonly (string | number)[], document: Document, lines: LineCounter): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const key of path) {
    if (!isCollection(node)) break;
    const pair = isMap(node) ? node.items.find((item) => isPair(item) && String(item.key) === String(key)) : undefined;
    const keyNode = pair?.key ?? node.get(key, true);
    if (isNode(keyNode) && keyNode.range) offset = keyNode.range[0];
    node = node.get(key, true);
  }
  return lines.linePos(offset).line;
}
