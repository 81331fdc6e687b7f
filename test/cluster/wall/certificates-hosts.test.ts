import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AreaAnswer, AreaRow } from '#shared/area-rows.ts';
import type { Board } from '#shared/board.ts';
import type { Finding } from '#shared/finding.ts';
import { lacks } from '../capabilities.ts';
import {
  createCertificateAuthority,
  createSelfSigned,
  type CertificateAuthority,
  type KeyPair,
} from '../certificates.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { startFaultProxy, type FaultProxy } from '../fault-proxy.ts';
import { freeHttpsPlace } from '../free-port.ts';
import { startHttpServer, startSilentServer, startTlsServer, type LookedAtServer, type Place } from '../tls-server.ts';
import { until } from '../until.ts';
import { seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

const day = 86_400_000;
const second = 1_000;
// From the Ingress being made, which is when its host is looked at.
const saidBar = 10 * second;
const goneBar = 10 * second;
// Three handshakes in a row, 20 s from one to the next, each given up after 10 s.
const thirdLookBar = 80 * second;

/** How a host is, and what the wall must say of it. */
interface Host {
  start(place: Place, name: string): Promise<LookedAtServer>;
  check: string;
  level: Finding['level'];
  words: RegExp;
}

let plane: ControlPlane;
let wall: WallProcess;
let authority: CertificateAuthority;
let nobody: CertificateAuthority;
const servers: LookedAtServer[] = [];
let proxy: FaultProxy;
const madeAt: Record<string, number> = {};

const year = (leftDays: number) => ({
  notBefore: new Date(Date.now() + (leftDays - 365) * day),
  notAfter: new Date(Date.now() + leftDays * day + 10 * 60 * second),
});
const shown = (issue: (name: string) => Promise<KeyPair>) => async (place: Place, name: string) =>
  startTlsServer(await issue(name), place);
const issued = (name: string, leftDays: number) =>
  authority.issue({ commonName: name, names: [name], usage: 'server', ...year(leftDays) });

const atOnce: Record<string, Host> = {
  'soon.example': {
    start: shown((name) => issued(name, 12)),
    check: 'certificates/expiring',
    level: 'warn',
    words: /soon\.example.*12 days/,
  },
  'expired.example': {
    start: shown((name) => issued(name, -3)),
    check: 'certificates/expired',
    level: 'bad',
    words: /expired\.example.*expired/,
  },
  'future.example': {
    start: shown((name) =>
      authority.issue({ commonName: name, names: [name], usage: 'server', notBefore: new Date(Date.now() + 2 * day) }),
    ),
    check: 'certificates/not-yet-valid',
    level: 'bad',
    words: /future\.example.*(not yet|only from)/,
  },
  'wrong.example': {
    start: shown(() => issued('right.example', 200)),
    check: 'certificates/untrusted',
    level: 'warn',
    words: /wrong\.example.*(right\.example|name)/,
  },
  'own.example': {
    start: shown((name) => createSelfSigned({ commonName: name, names: [name], ...year(200) })),
    check: 'certificates/untrusted',
    level: 'warn',
    words: /own\.example.*(self-signed|itself)/,
  },
  'stranger.example': {
    start: shown((name) => nobody.issue({ commonName: name, names: [name], usage: 'server', ...year(200) })),
    check: 'certificates/untrusted',
    level: 'warn',
    words: /stranger\.example.*nobodys-ca/,
  },
};

const later: Record<string, Host> = {
  'silent.example': {
    start: startSilentServer,
    check: 'certificates/not-shown',
    level: 'unknown',
    words: /silent\.example/,
  },
  'plain.example': {
    start: startHttpServer,
    check: 'certificates/not-shown',
    level: 'warn',
    words: /plain\.example.*TLS/,
  },
};

const good = ['good.example', 'slow.example'] as const;

function ingress(name: string): object {
  const backend = { service: { name: 'web', port: { number: 80 } } };
  const paths = [{ path: '/', pathType: 'Prefix', backend }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'default', name: name.replace('.', '-') },
    spec: { tls: [{ hosts: [name], secretName: `${name}-tls` }], rules: [{ host: name, http: { paths } }] },
  };
}

async function make(name: string): Promise<void> {
  await plane.request('POST', '/apis/networking.k8s.io/v1/namespaces/default/ingresses', ingress(name));
  madeAt[name] = Date.now();
}

function unmake(name: string): Promise<unknown> {
  return plane.request('DELETE', `/apis/networking.k8s.io/v1/namespaces/default/ingresses/${name.replace('.', '-')}`);
}

const about = (board: Board, host: string) =>
  board.findings.filter(({ subject }) => subject.kind === 'Host' && subject.name === host);
const calm = (host: string) => (board: Board) => about(board, host).length === 0;

/** Of each finding about a host since when it is, in which episode, and whether it is acknowledged. */
const ofHosts = ({ findings }: Board) =>
  Object.fromEntries(
    findings
      .filter(({ subject }) => subject.kind === 'Host')
      .map(({ id, since, episode, acknowledged }) => [id, { since, episode, acknowledged: acknowledged?.meaning }])
      .toSorted(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
  );

/** What the area's page says of a host. */
async function rowOf(name: string): Promise<AreaRow | undefined> {
  const { rows } = (await (await fetch(`${wall.url}/api/areas/certificates`)).json()) as AreaAnswer;
  return rows.find(({ subject }) => subject.kind === 'Host' && subject.name === name);
}

async function says(name: string, { check, level, words }: Host, barMs: number): Promise<void> {
  const leftMs = madeAt[name]! + barMs - Date.now();
  await wall.sees(
    `${check} of ${name}`,
    (board) => about(board, name).some((finding) => finding.check === check),
    Math.max(leftMs, 500),
  );
  seenAfter(`${name}: ${check}`, Date.now() - madeAt[name]!, barMs);
  const found = about(await wall.board(), name);
  const finding = found.find((each) => each.check === check)!;
  expect(finding.id).toBe(`${check}|Host/${name}`);
  expect({ level: finding.level, sentence: finding.sentence }).toMatchObject({ level });
  expect(finding.sentence).toMatch(words);
  expect(finding.steps.length, 'what to do').toBeGreaterThan(0);
  expect(
    found.filter(({ cause }) => cause === null),
    'one thing is one root',
  ).toHaveLength(1);
}

beforeAll(async () => {
  plane = await startControlPlane({ nodes: 1 });
  authority = await createCertificateAuthority('home-ca');
  nobody = await createCertificateAuthority('nobodys-ca');
  // Where the Ingresses lead; what is behind it, others tell.
  const spec = { ports: [{ port: 80 }] };
  await plane.apply([{ apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'default', name: 'web' }, spec }]);
  const addresses = await startServers();
  const file = join(plane.directory, 'clusterwall.yaml');
  const trusted = join(plane.directory, 'home-ca.crt');
  writeFileSync(trusted, authority.certificate);
  writeFileSync(
    file,
    JSON.stringify({ certificates: { addresses, authorities: [trusted] }, services: { discover: false } }),
  );
  wall = await startWall(plane.kubeconfig(), { CLUSTERWALL_CONFIG: file });
  await wall.sees('all is fine', ({ headline }) => headline.level === 'ok', 30_000);
  for (const name of [...good, ...Object.keys(later), ...Object.keys(atOnce)]) await make(name);
});
afterAll(async () => {
  await wall?.stop();
  await proxy?.close();
  await Promise.all(servers.map((server) => server.close()));
  await plane?.stop();
});

/** Starts all servers; returns where each host's is, as the configuration says it. */
async function startServers(): Promise<Record<string, string>> {
  const addresses: Record<string, string> = {};
  for (const [name, { start }] of Object.entries({ ...atOnce, ...later })) {
    const place = await freeHttpsPlace();
    servers.push(await start(place, name));
    addresses[name] = place.host;
  }
  for (const name of good) {
    const place = await freeHttpsPlace();
    const behind = name === 'slow.example';
    const server = await startTlsServer(await issued(name, 200), behind ? undefined : place);
    servers.push(server);
    if (behind) proxy = await startFaultProxy({ targetPort: server.port, ...place });
    addresses[name] = place.host;
  }
  return addresses;
}

describe.skipIf(lacks('hosts of Ingress objects', ['root']))(
  'hosts of Ingress objects, looked at where the configuration says',
  () => {
    test.for(Object.entries(atOnce))('%s is said within 10 s of its Ingress', ([name, host]) =>
      says(name, host, saidBar),
    );

    test('the good ones are in the list, with their days, and nobody complains about them', async () => {
      for (const name of good) {
        const row = await until(`${name} is in the list`, () => rowOf(name), { withinMs: saidBar });
        expect(row.level).toBe('ok');
        expect(JSON.stringify(row)).toContain('200 days');
      }
      expect(tileOf(await wall.board(), 'certificates').level).toBe('bad');
    });

    test('one of three handshakes is lost on the way: nothing flaps', async () => {
      await unmake('slow.example');
      await until('it is forgotten', async () => (await rowOf('slow.example')) === undefined, { withinMs: goneBar });
      await proxy.setMode('blackhole');
      await make('slow.example');
      await until('it is looked at', () => proxy.connections > 0, { withinMs: saidBar });
      // In vain; the next look finds it, slow as it is.
      await wall.keeps('nothing is said of it', calm('slow.example'), 11 * second);
      await proxy.setMode('pass');
      proxy.setDelay(700);
      const seen = until('it is seen', async () => (await rowOf('slow.example'))?.level === 'ok');
      await Promise.all([seen, wall.keeps('nothing is said of it', calm('slow.example'), 25 * second)]);
    });

    test.for(Object.entries(later))('%s is said after three looks', async ([name, host]) => {
      await says(name, host, thirdLookBar);
    });

    test.for(['SIGKILL', 'no API'] as const)(
      'a wall that is started again (%s) keeps since when each was said, and what was acknowledged',
      async (how) => {
        const expiring = 'certificates/expiring|Host/soon.example';
        const body = JSON.stringify({ finding: expiring });
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`${wall.url}/api/acknowledgements`, { method: 'POST', headers, body });
        expect(answer.ok).toBe(true);
        const isSeen = ({ findings }: Board) =>
          findings.some(({ id, acknowledged }) => id === expiring && acknowledged);
        await wall.sees('it is acknowledged', isSeen, 5 * second);
        const before = ofHosts(await wall.board());
        expect(Object.keys(before)).toHaveLength(Object.keys({ ...atOnce, ...later }).length);
        if (how === 'no API') await plane.component('kube-apiserver').kill();
        await wall.restart(how === 'SIGKILL' ? 'SIGKILL' : 'SIGTERM');
        const same = (board: Board) => JSON.stringify(ofHosts(board)) === JSON.stringify(before);
        await wall.keeps('all is as it was', same, 10 * second);
        if (how === 'no API') await plane.component('kube-apiserver').start();
        const isKnown = ({ findings }: Board) => findings.find(({ id }) => id === expiring)?.level === 'warn';
        await wall.sees('it is known again', isKnown, 30 * second);
        await wall.keeps('all is as it was', same, 20 * second);
      },
    );

    test('the Ingress is deleted, and what was said of its host is gone', async () => {
      const names = [...Object.keys(atOnce), ...Object.keys(later)];
      await Promise.all(names.map(unmake));
      const gone = await wall.sees('nothing is said', (board) => names.every((name) => calm(name)(board)), goneBar);
      seenAfter('all of it gone', gone, goneBar);
      await wall.sees('all is fine', ({ headline }) => headline.level === 'ok', 15_000);
    });
  },
);
