import { createHash } from 'node:crypto';
import type { Connection } from '#server/cluster/connection.ts';
import { sayable } from '#server/cluster/sayable.ts';
import { singleFlight } from '#server/cluster/single-flight.ts';
import { jsonObject } from './api-answer.ts';
import { askApi, type AskOptions } from './ask-api.ts';

/** Whom we are talking to, as last told; "" while not known. */
export interface ApiIdentity {
  readonly version: string;
  readonly clusterId: string;
  /** Asks for both; resolves when answered or failed. Never two at a time. */
  ask(): Promise<void>;
  /** The server is another: nothing is known of it. */
  forget(): void;
}

// A new cluster has its kube-system a few seconds after it has become ready.
const mostMissing = 5;

/**
 * Version and identity of the cluster. The identity is the UID of kube-system; where that may not be read or does not
 * exist, `ca:` and a hash of the CA, and where there is none, `server:` and a hash of the address. A UID once read is kept
 * while reading fails: a right that is lost is no other cluster.
 */
export function createApiIdentity(connection: Pick<Connection, 'caHash' | 'server'>, options: AskOptions): ApiIdentity {
  let version = '';
  let clusterId = '';
  let missing = 0;
  let generation = 0;
  const { run: ask } = singleFlight(askBoth);

  async function askBoth(): Promise<void> {
    const born = generation;
    const [about, namespace] = await Promise.all([
      askApi('/version', options),
      askApi('/api/v1/namespaces/kube-system', options),
    ]);
    if (born !== generation) return;
    if (about.status === 200) version = versionOf(about.text) ?? version;
    missing = namespace.status === 404 ? missing + 1 : 0;
    const uid = namespace.status === 200 ? uidOf(namespace.text) : null;
    const hidden = namespace.status === 403 || missing >= mostMissing;
    if (uid !== null) clusterId = uid;
    else if (hidden && clusterId === '') clusterId = standIn(connection);
  }

  return {
    get version() {
      return version;
    },
    get clusterId() {
      return clusterId;
    },
    ask,
    forget() {
      generation += 1;
      version = clusterId = '';
      missing = 0;
    },
  };
}

function versionOf(text: string): string | null {
  const version = jsonObject(text)?.['gitVersion'];
  return typeof version === 'string' && version !== '' ? sayable(version, 60) : null;
}

function uidOf(text: string): string | null {
  const metadata = jsonObject(text)?.['metadata'];
  const uid = (metadata as { uid?: unknown } | null | undefined)?.uid;
  return typeof uid === 'string' && /^[\w-]{1,64}$/.test(uid) ? uid : null;
}

function standIn({ caHash, server }: Pick<Connection, 'caHash' | 'server'>): string {
  if (caHash !== '') return `ca:${caHash}`;
  return `server:${createHash('sha256').update(server).digest('hex').slice(0, 16)}`;
}
