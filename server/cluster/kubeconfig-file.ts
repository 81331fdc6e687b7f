import { LineCounter, parseDocument } from 'yaml';
import { sayable } from './sayable.ts';

/** A cluster, context or user as one file defines it, not yet looked into. */
export interface KubeconfigEntry {
  name: string;
  /** The file that defines it: relative paths in it are relative to that file. */
  file: string;
  /** The whole list item: `{ name, cluster | context | user }`. */
  raw: Record<string, unknown>;
}

/** One kubeconfig file, or several merged. */
export interface Kubeconfig {
  files: string[];
  /** "" if none is set. */
  currentContext: string;
  clusters: Map<string, KubeconfigEntry>;
  contexts: Map<string, KubeconfigEntry>;
  users: Map<string, KubeconfigEntry>;
}

const lists = ['clusters', 'contexts', 'users'] as const;

/** True for what YAML calls a map. */
export function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Reads the text of one kubeconfig; the problem begins with the file's name. Entries are only sorted by name, so that a
 * broken one that is not used harms nobody. Messages never quote the text: it holds tokens and keys.
 */
export function parseKubeconfig(file: string, text: string): Kubeconfig | { problem: string } {
  if (text.trim() === '') return { problem: `${file} is empty` };
  const root = parseYaml(text);
  if ('problem' in root) return { problem: `${file} is not valid YAML: ${root.problem}` };
  const { value } = root;
  if (value === null) return { problem: `${file} is empty` };
  if (!isMap(value)) return { problem: `${file} is no kubeconfig: it has no clusters, contexts and users` };
  const odd = oddFields(value);
  if (odd.length > 0) return { problem: `${file} is no kubeconfig: ${odd.join(', ')}` };
  const entries = (list: (typeof lists)[number]) => entriesOf(file, (value[list] ?? []) as unknown[]);
  return {
    files: [file],
    currentContext: (value['current-context'] ?? '') as string,
    clusters: entries('clusters'),
    contexts: entries('contexts'),
    users: entries('users'),
  };
}

function oddFields(value: Record<string, unknown>): string[] {
  const odd = lists.filter((list) => !Array.isArray(value[list] ?? [])).map((list) => `${list} is no list`);
  return typeof (value['current-context'] ?? '') === 'string' ? odd : ['current-context is no text', ...odd];
}

/** By kubectl's rules: the first file that sets a name or the current context wins, entries are taken whole. */
export function mergeKubeconfigs(files: Kubeconfig[]): Kubeconfig {
  const merged = (list: (typeof lists)[number]) => new Map([...files].reverse().flatMap((file) => [...file[list]]));
  return {
    files: files.flatMap((file) => file.files),
    currentContext: files.find(({ currentContext }) => currentContext !== '')?.currentContext ?? '',
    clusters: merged('clusters'),
    contexts: merged('contexts'),
    users: merged('users'),
  };
}

function entriesOf(file: string, list: unknown[]): Map<string, KubeconfigEntry> {
  const entries = new Map<string, KubeconfigEntry>();
  for (const raw of list) {
    if (!isMap(raw) || (typeof raw['name'] !== 'string' && typeof raw['name'] !== 'number')) continue;
    const name = String(raw['name']);
    if (name !== '' && !entries.has(name)) entries.set(name, { name, file, raw });
  }
  return entries;
}

function parseYaml(text: string): { value: unknown } | { problem: string } {
  const lines = new LineCounter();
  // Pretty errors would quote the lines in question.
  const document = parseDocument(text, { prettyErrors: false, lineCounter: lines, logLevel: 'silent' });
  const error = document.errors[0];
  if (error !== undefined) {
    const what = error.code.toLowerCase().replaceAll('_', ' ');
    return { problem: `line ${lines.linePos(error.pos[0]).line}: ${what}` };
  }
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch (error) {
    return { problem: sayable((error as Error).message.replace(/:.*/s, ''), 80) };
  }
}
