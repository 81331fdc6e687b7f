import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

const second = 1_000;
const hour = 3_600_000;
const day = 24 * hour;
const saidBar = 10 * second;

let plane: ControlPlane;
let wall: WallProcess;

const collection = '/apis/cert-manager.io/v1/namespaces/default/certificates';
const at = (ms: number) => new Date(Date.now() + ms).toISOString().replace(/\.\d+Z$/, 'Z');
const failing = (board: Board, name: string) =>
  findingsOf(board, 'certificates/renewal-failing').find(
    ({ id }) => id === `certificates/renewal-failing|Certificate/default/${name}`,
  );

/** The CRD of cert-manager as far as it matters to a reader: a status of its own, and whatever is in it. */
const definition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'certificates.cert-manager.io' },
  spec: {
    group: 'cert-manager.io',
    scope: 'Namespaced',
    names: { kind: 'Certificate', plural: 'certificates', singular: 'certificate', shortNames: ['cert'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
};

async function certificate(name: string, status: object): Promise<void> {
  const spec = {
    secretName: `${name}-tls`,
    dnsNames: [`${name}.example`],
    issuerRef: { kind: 'ClusterIssuer', name: 'letsencrypt' },
  };
  await plane.request('POST', collection, {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name },
    spec,
  });
  await patch(name, status);
}

/** As cert-manager does it, and as `kubectl patch --subresource=status`. */
async function patch(name: string, status: object): Promise<void> {
  await plane.kubectl([
    'patch',
    'certificate',
    name,
    '--subresource=status',
    '--type=merge',
    '-p',
    JSON.stringify({ status }),
  ]);
}

const condition = (type: string, status: string, reason: string, message: string, ms = -30 * day) => ({
  type,
  status,
  reason,
  message,
  lastTransitionTime: at(ms),
  observedGeneration: 1,
});
const upToDate = condition('Ready', 'True', 'Ready', 'Certificate is up to date and has not expired');
const notIssuing = {
  revision: 3,
  notBefore: at(-30 * day),
  notAfter: at(60 * day),
  renewalTime: at(30 * day),
  conditions: [upToDate],
};

beforeAll(async () => {
  plane = await startControlPlane({ nodes: 1 });
  await plane.apply(definition);
  await plane.kubectl(['wait', '--for=condition=Established', 'crd/certificates.cert-manager.io', '--timeout=30s']);
  await certificate('healthy', notIssuing);
  wall = await startWall(plane.kubeconfig());
  await wall.sees('all is fine', ({ headline }) => headline.level === 'ok', 30_000);
});
afterAll(async () => {
  await wall?.stop();
  await plane?.stop();
});

describe('Certificate objects of cert-manager', () => {
  test('a healthy one is in the list and needs nothing', async () => {
    expect(findingsOf(await wall.board(), 'certificates/renewal-failing')).toEqual([]);
    const answer = await fetch(`${wall.url}/api/areas/certificates`);
    const { rows } = (await answer.json()) as { rows: { subject: { kind: string; name: string }; level: string }[] };
    expect(rows.find(({ subject }) => subject.kind === 'Certificate' && subject.name === 'healthy')?.level).toBe('ok');
  });

  test('one that was never issued is said with the words of its condition', async () => {
    const message = 'Issuing certificate as Secret does not exist';
    await certificate('never', {
      conditions: [
        condition('Ready', 'False', 'DoesNotExist', message, -2 * hour),
        condition('Issuing', 'True', 'DoesNotExist', message, -2 * hour),
      ],
    });
    seenAfter('never issued', await wall.sees('it is said', (board) => failing(board, 'never'), saidBar), saidBar);
    const finding = failing(await wall.board(), 'never')!;
    expect(JSON.stringify([finding.sentence, finding.evidence])).toContain('Secret does not exist');
    expect(finding.steps.flatMap((step) => step.command ?? []).join(' ')).toContain('never');
  });

  test('one whose renewal fails while it is still Ready is said, with how often it was tried, and goes when it is renewed', async () => {
    const message =
      'The certificate request has failed to complete and will be retried: acme: 429 too many certificates';
    await certificate('web', {
      revision: 3,
      notBefore: at(-70 * day),
      notAfter: at(20 * day),
      renewalTime: at(-10 * day),
      lastFailureTime: at(-hour),
      failedIssuanceAttempts: 4,
      conditions: [upToDate, condition('Issuing', 'False', 'Failed', message, -hour)],
    });
    seenAfter('renewal fails', await wall.sees('it is said', (board) => failing(board, 'web'), saidBar), saidBar);
    const finding = failing(await wall.board(), 'web')!;
    expect(['warn', 'bad']).toContain(finding.level);
    expect(JSON.stringify([finding.sentence, finding.evidence])).toMatch(/\b4\b.*/);
    expect(JSON.stringify([finding.sentence, finding.evidence])).toContain('429');
    expect(['warn', 'bad']).toContain(tileOf(await wall.board(), 'certificates').level);
    // Merged, null takes a field away.
    const renewed = { lastFailureTime: null, failedIssuanceAttempts: null, revision: 4 };
    await patch('web', {
      ...renewed,
      notBefore: at(0),
      notAfter: at(90 * day),
      renewalTime: at(60 * day),
      conditions: [upToDate],
    });
    seenAfter('renewed', await wall.sees('it is over', (board) => !failing(board, 'web'), saidBar), saidBar);
  });

  test('one whose time to renew has long passed, and that nobody tries to renew, is said although it is Ready', async () => {
    await certificate('forgotten', {
      ...notIssuing,
      notBefore: at(-80 * day),
      notAfter: at(10 * day),
      renewalTime: at(-20 * day),
    });
    seenAfter('nobody renews', await wall.sees('it is said', (board) => failing(board, 'forgotten'), saidBar), saidBar);
    await plane.kubectl(['delete', 'certificate', 'forgotten', 'never']);
    const none = (board: Board) => findingsOf(board, 'certificates/renewal-failing').length === 0;
    seenAfter('deleted', await wall.sees('it is over', none, saidBar), saidBar);
    await wall.sees('all is fine', ({ headline }) => headline.level === 'ok', 15_000);
  });
});
