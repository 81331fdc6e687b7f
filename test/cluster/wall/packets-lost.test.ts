import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import { lacks } from '../capabilities.ts';
import { createCertificateAuthority } from '../certificates.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { startFaultProxy, type FaultProxy } from '../fault-proxy.ts';
import { createNetworkNamespace, type NetworkNamespace } from '../network-namespace.ts';
import { startTlsServer, type TlsServer } from '../tls-server.ts';
import { until } from '../until.ts';
import { findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

const day = 86_400_000;
const halfOpenBar = 20_000;
const recoveryBar = 15_000;
const hosts = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `${name}.example`);

const fine = (board: Board) => board.headline.level === 'ok' && tileOf(board, 'nodes').level === 'ok';
const bad = (board: Board) => tileOf(board, 'control-plane').level === 'bad';
const ofHosts = (board: Board) => board.findings.filter(({ subject }) => subject.kind === 'Host');

describe.skipIf(lacks('a wall behind a bad cable', ['network namespaces', 'iptables']))(
  'a wall behind a bad cable',
  () => {
    let plane: ControlPlane;
    let wall: WallProcess;
    let network: NetworkNamespace;
    let server: TlsServer;
    let [api, web]: FaultProxy[] = [];

    beforeAll(async () => {
      network = await createNetworkNamespace();
      const host = network.hostAddress;
      plane = await startControlPlane({ nodes: 1, servingNames: [host] });
      const authority = await createCertificateAuthority('home-ca');
      const validity = { notBefore: new Date(Date.now() - day), notAfter: new Date(Date.now() + 300 * day) };
      server = await startTlsServer(
        await authority.issue({ commonName: 'web', names: hosts, usage: 'server', ...validity }),
      );
      api = await startFaultProxy({ targetPort: plane.port, host });
      web = await startFaultProxy({ targetPort: server.port, host, port: 443 });
      const trusted = join(plane.directory, 'home-ca.crt');
      writeFileSync(trusted, authority.certificate);
      const config = join(plane.directory, 'clusterwall.yaml');
      const addresses = { '*.example': host };
      // The pretended kubelets are on the other side of the cable.
      writeFileSync(
        config,
        JSON.stringify({
          certificates: { kubelets: false, addresses, authorities: [trusted] },
          services: { discover: false },
        }),
      );
      const kubeconfig = plane.kubeconfig({ server: `https://${host}:${api.port}` });
      wall = await startWall(kubeconfig, { CLUSTERWALL_CONFIG: config }, network);
    });
    beforeEach(async () => {
      await network.restore();
      await wall.sees('all is fine before it begins', fine, 30_000);
    });
    afterAll(async () => {
      await wall?.stop();
      await Promise.all([api?.close(), web?.close(), server?.close()]);
      network?.remove();
      await plane?.stop();
    });

    test('packets to the API vanish while all connections stay open: red within 20 s, nothing green, and it recovers', async () => {
      await network.lose({ dropShare: 1, port: api!.port });
      seenAfter('packets vanish: red', await wall.sees('the control plane is bad', bad, halfOpenBar), halfOpenBar);
      await wall.sees('the nodes are not known', (board) => tileOf(board, 'nodes').level === 'unknown', 10_000);
      expect(findingsOf(await wall.board(), 'control-plane/api-answers')[0]?.sentence).toMatch(/answer/);
      await network.restore();
      // TCP itself sends again what was lost after up to half a minute; new connections are made before.
      seenAfter('packets pass: recovered', await wall.sees('all is fine again', fine, recoveryBar), recoveryBar);
    });

    test('a tenth of all packets to TLS servers is lost: all are looked at, and not a word is said', async () => {
      await network.lose({ dropShare: 0.1, port: web!.port });
      for (const name of hosts)
        await plane.request('POST', '/apis/networking.k8s.io/v1/namespaces/default/ingresses', ingress(name));
      let said: string[] = [];
      await until(
        'all are seen',
        async () => {
          said = [...said, ...ofHosts(await wall.board()).map(({ sentence }) => sentence)];
          const { rows } = (await (await fetch(`${wall.url}/api/areas/certificates`)).json()) as {
            rows: { subject: { kind: string }; level: string }[];
          };
          return rows.filter(({ subject, level }) => subject.kind === 'Host' && level === 'ok').length === hosts.length;
        },
        { withinMs: 60_000 },
      );
      expect(said).toEqual([]);
      expect(server.connections).toBeGreaterThanOrEqual(hosts.length);
    });
  },
);

function ingress(name: string): object {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { namespace: 'default', name: name.replace('.', '-') },
    spec: {
      tls: [{ hosts: [name], secretName: 'web-tls' }],
      defaultBackend: { service: { name: 'web', port: { number: 80 } } },
    },
  };
}
