import { certificateScenarios } from '#server/cluster/demo/certificate-scenarios.ts';
import { describe, expect, test } from 'vitest';
import { createBench } from './demo-client.ts';
import { createJudgingWall } from './judging-wall.ts';

const FAULT_MS = 180_000;
// What was missing for 2 min must be there for 2 min before the wall believes it; it comes again after these 2 min.
const HEALED_MS = 60_000;

interface Expected {
  /** The finding that the scenario is about: id, how bad it is, its sentence, and what it explains at least. */
  root: [id: string, level: 'warn' | 'bad', sentence: RegExp];
  /** Ids of findings that are explained, at least. */
  explains: string[];
  /** How many of them are counted as more because of it, where what it says itself is left out. */
  counted?: number;
  /** A step, with its command. */
  step: RegExp;
  /** It is the first one. */
  mendsFirst?: true;
}

const expected: Record<string, Expected> = {
  'own-certificate-expired': {
    root: ['certificates/expired|Credential/wall', 'bad', /the wall's own certificate .*expired at 09:00.*\(401\)$/],
    explains: ['control-plane/api-answers|Endpoint/api', 'nodes/unseen|Source/nodes', 'workloads/unseen|Source/pods'],
    step: /^Restart k3s on .*\[systemctl restart k3s\]$/,
    mendsFirst: true,
  },
  'k3s-certificates-expiring': {
    root: ['certificates/kubernetes-restart-renews|Node/kmaster', 'warn', /^restart k3s on kmaster before 3 December/],
    explains: ['certificates/expiring|Endpoint/api', 'certificates/expiring|Node/kmaster|kubelet'],
    counted: 1,
    step: /\[systemctl restart k3s\]$/,
    mendsFirst: true,
  },
  'certificate-expired': {
    root: [
      'certificates/expired|Host/argocd.home.example',
      'bad',
      /^the certificate of \S+ and 7 more hosts expired at/,
    ],
    explains: 'dashboard ha longhorn metrics paper recipes zigbee'
      .split(' ')
      .map((name) => `certificates/expired|Host/${name}.home.example`),
    counted: 0,
    step: /\[openssl s_client -connect argocd\.home\.example:443 /,
  },
  'certificate-renewal-failing': {
    root: [
      'certificates/renewal-failing|Certificate/media/jellyfin',
      'warn',
      /^cert-manager cannot renew Certificate media\/jellyfin: 11 attempts failed.* it ends in 21 days/,
    ],
    explains: ['certificates/expiring|Host/media.home.example'],
    step: /\[kubectl -n media describe certificate jellyfin\]$/,
  },
  'certificate-expiring': {
    root: ['certificates/expiring|Host/photos.home.example', 'warn', /^the certificate of \S+ ends in 12 days \(3 Dec/],
    explains: [],
    step: /\[kubectl -n default create secret tls photos-tls .*\]$/,
  },
  'new-authority': {
    root: [
      'control-plane/api-answers|Endpoint/api',
      'bad',
      /^the cluster has a new authority, .*our kubeconfig is old$/,
    ],
    explains: ['nodes/unseen|Source/nodes', 'workloads/unseen|Source/pods'],
    step: /k3s\.yaml .*into the wall/,
  },
  'webhook-certificate-expired': {
    root: [
      'certificates/refused-inside|Webhook/mutate.kyverno.svc-fail',
      'bad',
      /^the API does not accept the certificate of the admission webhook mutate\.kyverno\.svc-fail: it expired at/,
    ],
    explains: [
      'workloads/cannot-create-pods|Deployment/mealie/mealie',
      'workloads/replicas-missing|Deployment/home/mosquitto',
    ],
    step: /webhook/,
  },
};

describe('the wall tells each trouble with certificates, and that it is over', () => {
  test('every scenario is told of', () => {
    expect(Object.keys(expected).toSorted()).toEqual(certificateScenarios.map(({ name }) => name).toSorted());
  });

  test.each(Object.entries(expected))(
    '%s',
    async (name, { root: [id, level, sentence], explains, counted, step, mendsFirst }) => {
      const bench = createBench();
      const wall = createJudgingWall(bench);
      await wall.pass(10_000);
      expect(wall.findings()).toEqual([]);
      bench.demo.player.play(name);
      await wall.pass(FAULT_MS - 10_000);
      const told = wall.findings();
      expect(told[0]).toMatchObject({ id, level, cause: null, sentence: expect.stringMatching(sentence) as string });
      if (counted === undefined) expect(told[0]?.explains).toBeGreaterThanOrEqual(explains.length);
      else expect(told[0]?.explains).toBe(counted);
      expect(told[0]?.steps).toContainEqual(expect.stringMatching(step));
      if (mendsFirst === true) expect(told[0]?.steps[0]).toMatch(step);
      const others = told.filter((each) => each.cause === null);
      expect(others.map((each) => each.id)).toEqual([id]);
      const { findings } = wall.engine.board();
      for (const effect of explains) {
        expect(rootOf(findings, effect), effect).toBe(id);
      }
      await wall.pass(10_000 + HEALED_MS);
      expect(wall.findings()).toEqual([]);
      bench.demo.stop();
    },
    30_000,
  );

  test('while our own certificate has expired hosts and kubelets are still known, and so are the other certificates', async () => {
    const bench = createBench();
    const wall = createJudgingWall(bench);
    await wall.pass(10_000);
    bench.demo.player.play('own-certificate-expired');
    await wall.pass(60_000);
    const rows = wall.engine
      .board()
      .findings.filter(({ area, level }) => area === 'certificates' && level === 'unknown');
    // What cert-manager says is asked of the API; what handshakes see is not.
    for (const { subject } of rows) expect(['Source', 'Certificate']).toContain(subject.kind);
    bench.demo.stop();
  });
});

describe('while all is well', () => {
  test('every tile is green, and no certificate is near its end', async () => {
    const bench = createBench();
    const wall = createJudgingWall(bench);
    await wall.pass(30_000);
    const tiles = wall.engine.board().tiles.filter(({ level }) => level !== 'unwatched');
    expect(tiles.map(({ area, level, unknownCount }) => [area, level, unknownCount])).toEqual([
      ['control-plane', 'ok', 0],
      ['nodes', 'ok', 0],
      ['workloads', 'ok', 0],
      ['certificates', 'ok', 0],
      ['storage', 'ok', 0],
      ['backups', 'ok', 0],
      ['registry', 'ok', 0],
      ['services', 'ok', 0],
    ]);
    expect(wall.engine.board().findings).toEqual([]);
    bench.demo.stop();
  });
});

/** The finding at the end of its causes. */
function rootOf(findings: readonly { id: string; cause: string | null }[], id: string): string | undefined {
  const found = findings.find((each) => each.id === id);
  return found?.cause ? rootOf(findings, found.cause) : found?.id;
}
