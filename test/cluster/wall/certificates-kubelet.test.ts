import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AreaAnswer, AreaRow } from '#shared/area-rows.ts';
import type { Board } from '#shared/board.ts';
import { lacks, REAL_NODE } from '../capabilities.ts';
import { createSelfSigned, generateKeys, type CertificateRequest } from '../certificates.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { applyManifests } from '../outside-kubeconfig.ts';
import { startRealNode, type RealNode } from '../real-node/real-node.ts';
import { servedCertificate } from '../serving-certificate.ts';
import { until } from '../until.ts';
import { findingsOf, seenAfter, startWall, type WallProcess } from '../wall-process.ts';

const second = 1_000;
const day = 86_400_000;
const saidBar = 10 * second;

describe.skipIf(lacks('certificates of real kubelets', REAL_NODE))(
  "a real kubelet's own certificate, seen on its port",
  () => {
    let plane: ControlPlane;
    let node: RealNode;
    let wall: WallProcess;
    let config: string;
    let keys: CryptoKeyPair;

    beforeAll(async () => {
      plane = await startControlPlane({ nodes: 1 });
      keys = await generateKeys();
      // The kubelet reads its certificate's file anew when that changes.
      node = await startRealNode(plane);
      await exchange({
        notBefore: new Date(Date.now() - 65 * day),
        notAfter: new Date(Date.now() + 300 * day + 60 * second),
      });
      config = join(plane.directory, 'clusterwall.yaml');
      look(true);
      wall = await startWall(await applyManifests(plane), { CLUSTERWALL_CONFIG: config });
    });
    afterAll(async () => {
      await wall?.stop();
      await node?.stop();
      await plane?.stop();
    });

    /** Writes another certificate (of the cluster's authority unless it shall be self-signed) and waits until the kubelet shows it. */
    async function exchange({
      selfSigned = false,
      ...validity
    }: Pick<CertificateRequest, 'notBefore' | 'notAfter'> & { selfSigned?: boolean }) {
      const request = { commonName: node.name, names: ['127.0.0.1', node.name], keys, ...validity };
      const pair = selfSigned ? await createSelfSigned(request) : await plane.issueServerCertificate(request);
      for (const [file, content] of [
        ['kubelet.key', pair.key],
        ['kubelet.crt', pair.certificate],
      ] as const) {
        const path = join(node.directory, file);
        writeFileSync(`${path}.new`, content, { mode: 0o600 });
        renameSync(`${path}.new`, path);
      }
      const body = pair.certificate.replace(/-----[A-Z ]+-----|\s/g, '');
      const shown = async () => (await servedCertificate(node.kubelet.port)).toString('base64') === body;
      seenAfter(
        'the kubelet shows it',
        await timeOf(() => until('the kubelet shows it', shown, { withinMs: 90 * second })),
        90 * second,
      );
    }

    /** What kubelets show is looked at every 10 min, and at once when an owner switches it on. */
    function look(kubelets: boolean): void {
      writeFileSync(config, JSON.stringify({ certificates: { kubelets } }));
    }

    async function lookAnew(): Promise<void> {
      look(false);
      await until('nobody looks at it', async () => (await row()) === undefined, { withinMs: 15 * second });
      look(true);
      await until('it is looked at', row, { withinMs: 15 * second });
    }

    async function row(): Promise<AreaRow | undefined> {
      const { rows } = (await (await fetch(`${wall.url}/api/areas/certificates`)).json()) as AreaAnswer;
      return rows.find(
        ({ subject, verdicts }) => subject.kind === 'Node' && subject.name === node.name && verdicts.length > 0,
      );
    }

    const about = (board: Board, check: string) =>
      findingsOf(board, check).find(({ subject }) => subject.name === node.name);

    test('of the cluster’s authority and with 300 days left it is fine', async () => {
      const seen = await until('it is in the list', row, { withinMs: 30 * second });
      expect(seen.level).toBe('ok');
      expect(JSON.stringify(seen)).toContain('300 days');
    });

    test('signed by itself, as kubeadm does it, it is fine too', async () => {
      await exchange({
        selfSigned: true,
        notBefore: new Date(Date.now() - 65 * day),
        notAfter: new Date(Date.now() + 299 * day + 60 * second),
      });
      await lookAnew();
      const seen = await until(
        'the other is in the list',
        async () => JSON.stringify(await row()).includes('299 days') && row(),
      );
      expect(seen.level).toBe('ok');
    });

    test('with 5 days left it is bad, and what renews it is told', async () => {
      await exchange({
        notBefore: new Date(Date.now() - 360 * day),
        notAfter: new Date(Date.now() + 5 * day + 60 * second),
      });
      await lookAnew();
      const said = await wall.sees('5 days left', (board) => about(board, 'certificates/expiring'), saidBar);
      seenAfter("5 days left of a kubelet's certificate", said, saidBar);
      const finding = about(await wall.board(), 'certificates/expiring')!;
      expect(finding).toMatchObject({
        id: `certificates/expiring|Node/${node.name}|kubelet`,
        level: 'bad',
        cause: null,
      });
      expect(finding.sentence).toMatch(/5 days/);
      expect(finding.sentence).toMatch(/kubelet/);
      expect(finding.steps.length).toBeGreaterThan(0);
    });
  },
);

async function timeOf(what: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await what();
  return performance.now() - startedAt;
}
