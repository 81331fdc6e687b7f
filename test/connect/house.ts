import { mkdtemp, rm, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { connect, type ConnectOptions } from '#server/cluster/connect.ts';
import type { Connection } from '#server/cluster/connection.ts';
import type { TransportError, TransportResponse } from '#server/cluster/transport.ts';
import { kubeconfigText, type KubeconfigUser } from '#test/cluster/kubeconfig.ts';
import type { CertificateAuthority, KeyPair } from '#test/cluster/certificates.ts';
import { startStandIn, type ApiStandIn, type StandInProtocol } from './api-stand-in.ts';

/** A directory of its own for one test, removed afterwards. */
export async function temporaryDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'clusterwall-connect-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

/** Writes a file into the directory and returns its path. */
export async function put(directory: string, name: string, text: string, mode?: number): Promise<string> {
  const path = join(directory, name);
  await writeFile(path, text);
  if (mode !== undefined) await chmod(path, mode);
  return path;
}

/** Starts a stand-in that ends with the test. */
export async function standIn(...parameters: Parameters<typeof startStandIn>): Promise<ApiStandIn> {
  const server = await startStandIn(...parameters);
  onTestFinished(() => server.stop());
  return server;
}

/** A serving certificate for 127.0.0.1. */
export function serving(ca: CertificateAuthority, more: object = {}): Promise<KeyPair> {
  return ca.issue({ commonName: 'api', names: ['127.0.0.1', 'localhost'], usage: 'server', ...more });
}

/** Connects by a kubeconfig written for the test; fails if it is refused. */
export async function connected(
  kubeconfig: KubeconfigUser | string,
  limits: ConnectOptions['limits'] = {},
  directory?: string,
): Promise<Connection> {
  const into = directory ?? (await temporaryDirectory());
  const text = typeof kubeconfig === 'string' ? kubeconfig : kubeconfigText(kubeconfig);
  const file = await put(into, 'config', text);
  const answer = await connect({
    env: { KUBECONFIG: file, PATH: process.env['PATH'], HOME: into },
    clock: Date.now,
    limits,
  });
  if (answer.connection === null) throw new Error(answer.refusals.join('\n'));
  onTestFinished(() => answer.connection.close());
  return answer.connection;
}

/** Asks once, 5 s at most. */
export function ask(
  connection: Connection,
  path = '/',
  headersTimeoutMs = 5_000,
  signal?: AbortSignal,
): Promise<TransportResponse> {
  return connection.transport.request({ path, headersTimeoutMs, signal: signal ?? new AbortController().signal });
}

/** The whole body as text. */
export async function textOf(response: TransportResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of response.body) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** The error of a request that must get no answer. */
export async function failureOf(request: Promise<unknown>): Promise<TransportError> {
  try {
    await request;
  } catch (error) {
    return error as TransportError;
  }
  throw new Error('the request got an answer');
}

export type { StandInProtocol };
