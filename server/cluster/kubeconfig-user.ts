import { newUsers, type User as ParsedUser } from '@kubernetes/client-node/dist/config_types.js';
import { dirname, resolve } from 'node:path';
import type { FileReader } from './bounded-file.ts';
import { certificateProblem, isToken } from './credential-check.ts';
import { readExecPlugin } from './kubeconfig-exec.ts';
import { isMap, type KubeconfigEntry } from './kubeconfig-file.ts';
import { readImpersonation } from './kubeconfig-impersonation.ts';
import type { ClientCertificate, Presented, User } from './way-in.ts';

/** What a context's user comes to. */
export interface UserPart {
  user: User | null;
  problems: string[];
}

/** For a context without a user, such as that of `kubectl proxy`. */
export const nobody: User = {
  kind: 'none',
  from: '',
  presented: { token: null, certificate: null },
  plugin: null,
  impersonation: {},
};

/** Reads one user of a kubeconfig with all files it names. Every problem is a whole sentence without a secret. */
export async function readUser(entry: KubeconfigEntry, reader: FileReader): Promise<UserPart> {
  const who = `user "${entry.name}" (${entry.file})`;
  const fields = isMap(entry.raw['user']) ? entry.raw['user'] : {};
  const problems = [...oddFields(fields), ...unsupported(fields)];
  if (problems.length > 0) return { user: null, problems: problems.map((problem) => `${who}: ${problem}`) };
  // The parser would read a `token-file` itself and throw if it is missing; kubectl knows only `tokenFile`.
  const { 'token-file': _, ...rest } = fields;
  const parsed = newUsers([{ name: entry.name, user: rest }])[0]!;
  const certificate = await readCertificate(parsed, entry, reader);
  const token = await readToken(parsed, text(fields['tokenFile']), entry, reader);
  const exec = readExecPlugin(parsed.exec, entry.file);
  const impersonation = readImpersonation(fields);
  for (const part of [certificate, token, exec, impersonation]) problems.push(...part.problems);
  if (problems.length > 0) return { user: null, problems: problems.map((problem) => `${who}: ${problem}`) };
  const presented: Presented = { token: exec.plugin === null ? token.token : null, certificate: certificate.pair };
  const user: User = { ...nobody, from: who, presented, plugin: exec.plugin, impersonation: impersonation.headers };
  if (exec.plugin !== null) return { user: { ...user, kind: 'exec', from: exec.plugin.command }, problems };
  if (token.from !== null) return { user: { ...user, kind: 'token-file', from: token.from }, problems };
  if (token.token !== null) return { user: { ...user, kind: 'token' }, problems };
  if (certificate.pair === null) return { user, problems };
  return { user: { ...user, kind: 'client-certificate', from: certificate.from ?? who }, problems };
}

const textFields = [
  ...['client-certificate', 'client-certificate-data', 'client-key', 'client-key-data'],
  ...['token', 'tokenFile', 'username', 'password', 'as', 'as-uid'],
];

function oddFields(fields: Record<string, unknown>): string[] {
  return textFields.filter((field) => typeof (fields[field] ?? '') !== 'string').map((field) => `${field} is no text`);
}

function unsupported(fields: Record<string, unknown>): string[] {
  const problems: string[] = [];
  const provider = fields['auth-provider'];
  if (isMap(provider)) {
    const name = typeof provider['name'] === 'string' ? ` "${provider['name']}"` : '';
    problems.push(
      `auth-provider${name} is not supported, as kubectl has dropped it too: use an exec plugin or a token`,
    );
  }
  if (text(fields['username']) !== '' || text(fields['password']) !== '') {
    problems.push(
      'username and password are not supported, as API servers have dropped them: use a certificate or a token',
    );
  }
  return problems;
}

interface CertificatePart {
  pair: ClientCertificate | null;
  /** The file it comes from, null if the kubeconfig itself holds it. */
  from: string | null;
  problems: string[];
}

async function readCertificate(
  parsed: ParsedUser,
  entry: KubeconfigEntry,
  reader: FileReader,
): Promise<CertificatePart> {
  const certificate = await pem('client-certificate', parsed.certData, parsed.certFile, entry, reader);
  const key = await pem('client-key', parsed.keyData, parsed.keyFile, entry, reader);
  const problems = [...certificate.problems, ...key.problems];
  const from = certificate.path;
  if (problems.length > 0 || (certificate.text === null && key.text === null)) return { pair: null, from, problems };
  if (certificate.text === null) return { pair: null, from, problems: ['has a client key and no client certificate'] };
  if (key.text === null) return { pair: null, from, problems: ['has a client certificate and no client key'] };
  const pair = { certificate: certificate.text, key: key.text };
  const problem = certificateProblem(pair);
  return { pair, from, problems: problem === '' ? [] : [`${certificate.what} ${problem}`] };
}

async function pem(
  field: string,
  data: string | undefined,
  file: string | undefined,
  entry: KubeconfigEntry,
  reader: FileReader,
) {
  const none = { text: null, path: null, what: field, problems: [] as string[] };
  if (data) return { ...none, text: Buffer.from(data, 'base64').toString(), what: `${field}-data` };
  if (!file) return none;
  const path = resolve(dirname(entry.file), file);
  const what = `the ${field} file ${path}`;
  const read = await reader.read(path);
  if (read.text === null) return { ...none, path, what, problems: [`${what} ${read.problem}`] };
  return { ...none, text: read.text, path, what };
}

interface TokenPart {
  token: string | null;
  /** The token file, null if the kubeconfig itself holds the token. */
  from: string | null;
  problems: string[];
}

async function readToken(
  parsed: ParsedUser,
  tokenFile: string,
  entry: KubeconfigEntry,
  reader: FileReader,
): Promise<TokenPart> {
  if (tokenFile !== '') return readTokenFile(resolve(dirname(entry.file), tokenFile), reader);
  const token = (parsed.token ?? '').trim();
  if (token === '') return { token: null, from: null, problems: [] };
  return { token, from: null, problems: isToken(token) ? [] : ['the token holds characters that no token has'] };
}

/** Reads a token file; the problem names the file. */
export async function readTokenFile(path: string, reader: FileReader): Promise<TokenPart> {
  const read = await reader.read(path);
  if (read.text === null) return { token: null, from: path, problems: [`the token file ${path} ${read.problem}`] };
  const token = read.text.trim();
  if (token === '') return { token: null, from: path, problems: [`the token file ${path} is empty`] };
  if (isToken(token)) return { token, from: path, problems: [] };
  return { token: null, from: path, problems: [`the token file ${path} holds something else than a token`] };
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
