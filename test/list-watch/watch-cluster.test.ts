import { describe, expect, onTestFinished, test } from 'vitest';
import type { Connection } from '#server/cluster/connection.ts';
import { kinds } from '#server/cluster/kinds.ts';
import { TransportError, type Transport } from '#server/cluster/transport.ts';
import { watchCluster, type ClusterWatch } from '#server/cluster/watch-cluster.ts';
import type { RightsFact } from '#server/facts/rights.ts';
import { until } from '#test/cluster/until.ts';
import { plainTransport } from './plain-transport.ts';
import { rawNode, smallLimits, testGate } from './play.ts';
import { recordingSink, type RecordingSink } from './recording-sink.ts';
import { refuse, ScriptedApi } from './scripted-api.ts';

/** A cluster of scripted APIs, one for each kind, behind one transport. */
async function scriptedCluster(): Promise<{ apis: Map<string, ScriptedApi>; transport: Transport }> {
  const apis = new Map<string, ScriptedApi>();
  const ways = new Map<string, Transport>();
  for (const { source, path } of kinds) {
    const api = new ScriptedApi(path, 'h2');
    await api.listen();
    const { port } = api;
    const way = plainTransport(() => port, 'h2');
    apis.set(source, api);
    ways.set(path, way);
    onTestFinished(async () => {
      way.close();
      await api.close();
    });
  }
  return {
    apis,
    transport: {
      staleAfterMs: 15_000,
      request: (request) => ways.get(request.path.split('?')[0]!)!.request(request),
      close: () => undefined,
    },
  };
}

interface TestConnection extends Connection {
  replace(server: string, transport: Transport): void;
}

function connectionTo(first: Transport): TestConnection {
  const listeners = new Set<(what: string) => void>();
  let server = 'https://one:6443';
  let transport = first;
  return {
    get server() {
      return server;
    },
    get transport() {
      return transport;
    },
    address: 'one:6443',
    context: 'test',
    caHash: 'abc',
    credential: () => ({
      kind: 'token',
      from: 'test',
      expiresAt: null,
      issuedAt: null,
      subject: '',
      issuer: '',
      problem: '',
    }),
    handshake: null,
    lookAtTls: () => Promise.reject(new TransportError('refused', 'nobody is looked at here')),
    askDate: null,
    kubelets: {
      request: () => Promise.reject(new TransportError('refused', 'nobody is asked here')),
      forget: () => undefined,
      close: () => undefined,
    },
    onReplaced(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    close: () => undefined,
    replace(nextServer, next) {
      server = nextServer;
      transport = next;
      for (const listener of listeners) listener('replaced');
    },
  };
}

function start(connection: Connection): { sink: RecordingSink; watch: ClusterWatch } {
  const sink = recordingSink();
  const watch = watchCluster({ connection, sink, gate: testGate(), clock: Date.now, limits: smallLimits });
  onTestFinished(() => watch.stop());
  return { sink, watch };
}

const stateOf = (sink: RecordingSink, source: string) => sink.of(source).states.at(-1)?.state;
const wait = (what: string, condition: () => boolean) => until(what, condition, { withinMs: 5_000, everyMs: 3 });
const allSynced = (sink: RecordingSink) => () => kinds.every(({ source }) => stateOf(sink, source) === 'synced');

describe('a cluster', () => {
  test('has each kind as a feed of its own, and tells that each right is there', async () => {
    const { apis, transport } = await scriptedCluster();
    apis.get('nodes')!.put(rawNode('nuc0'));
    apis.get('leases')!.put({ metadata: { name: 'nuc0', namespace: 'kube-node-lease' }, spec: { renewTime: 'now' } });
    const { sink } = start(connectionTo(transport));
    await wait('all is synced', allSynced(sink));
    expect(sink.of('nodes').declared).toEqual({ name: 'nodes', role: 'feed', staleAfterMs: 15_000, kinds: ['node'] });
    expect([...sink.of('leases').facts.keys()]).toEqual(['kube-node-lease/nuc0']);
    const rights = [...sink.of('rights').facts.values()] as RightsFact[];
    expect(rights.map(({ feed, granted }) => [feed, granted])).toHaveLength(kinds.length);
    expect(rights.every(({ granted, message }) => granted && message === '')).toBe(true);
    expect(sink.of('rights').declared).toMatchObject({ role: 'probe', kinds: ['rights'] });
    expect(stateOf(sink, 'rights')).toBe('synced');
  });

  test('goes on with all others where one is forbidden, and names the rule to add', async () => {
    const { apis, transport } = await scriptedCluster();
    apis.get('events')!.scripts.push((_, answer) => {
      refuse(answer, 403, 'Forbidden', 'events is forbidden: User "wall" cannot watch resource "events"');
      return 'answered';
    });
    const { sink } = start(connectionTo(transport));
    await wait('the others are synced', () =>
      kinds.every(({ source }) => stateOf(sink, source) === (source === 'events' ? 'forbidden' : 'synced')),
    );
    expect(sink.of('rights').facts.get('events')).toMatchObject({
      granted: false,
      required: false,
      rule: { group: '', resource: 'events', verbs: ['list', 'watch'] },
      message: '403 Forbidden: events is forbidden: User "wall" cannot watch resource "events"',
    });
  });

  test('fetches two whole states at a time', async () => {
    const { apis, transport } = await scriptedCluster();
    const holding: (() => void)[] = [];
    for (const api of apis.values()) {
      let held = false;
      api.scripts.push((_, answer) => {
        if (held) return undefined;
        held = true;
        holding.push(() => refuse(answer, 500, 'InternalError', 'once'));
        return 'answered';
      });
    }
    const { sink } = start(connectionTo(transport));
    await wait('two have asked', () => holding.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(holding).toHaveLength(2);
    await wait('all have had their turn', () => {
      holding.splice(0).forEach((answer) => answer());
      return allSynced(sink)();
    });
  });

  test('keeps its streams when the credentials are others, and tries again what was forbidden', async () => {
    const { apis, transport } = await scriptedCluster();
    let allowed = false;
    apis.get('pods')!.scripts.push((_, answer) => {
      if (allowed) return undefined;
      refuse(answer, 403, 'Forbidden', 'no');
      return 'answered';
    });
    const connection = connectionTo(transport);
    const { sink } = start(connection);
    await wait('it is forbidden', () => stateOf(sink, 'pods') === 'forbidden' && stateOf(sink, 'nodes') === 'synced');
    allowed = true;
    connection.replace(connection.server, transport);
    await wait('all is synced', allSynced(sink));
    expect(apis.get('nodes')!.seen).toHaveLength(1);
    expect(sink.of('rights').facts.get('pods')).toMatchObject({ granted: true, message: '' });
  });

  test('begins all anew when the server is another one', async () => {
    const one = await scriptedCluster();
    const two = await scriptedCluster();
    one.apis.get('nodes')!.put(rawNode('old'));
    two.apis.get('nodes')!.put(rawNode('new'));
    const connection = connectionTo(one.transport);
    const { sink } = start(connection);
    await wait('the old one', () => allSynced(sink)() && sink.of('nodes').facts.has('old'));
    connection.replace('https://two:6443', two.transport);
    expect(stateOf(sink, 'nodes')).toBe('syncing');
    await wait('the new one', () => allSynced(sink)() && sink.of('nodes').facts.has('new'));
    expect(sink.of('nodes').facts.has('old')).toBe(false);
    expect(sink.of('nodes').restarts).toEqual({ 'another server': 1 });
    await wait('the old streams end', () => [...one.apis.values()].every(({ watchers }) => watchers.size === 0));
  });

  test('ends all its requests when stopped', async () => {
    const { apis, transport } = await scriptedCluster();
    const { sink, watch } = start(connectionTo(transport));
    await wait('all is synced', allSynced(sink));
    await watch.stop();
    await wait('the streams end', () => [...apis.values()].every(({ watchers }) => watchers.size === 0));
    apis.get('nodes')!.put(rawNode('late'));
    expect(sink.of('nodes').facts.size).toBe(0);
  });
});
