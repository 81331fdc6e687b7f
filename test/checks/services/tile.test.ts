import { describe, expect, test } from 'vitest';
import certificates from '#server/checks/certificates/tile.ts';
import { serviceLatency, serviceReachable, servicesUp } from '#server/checks/service-series.ts';
import services from '#server/checks/services/tile.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { aShownCertificate, aTlsServer, aWall } from '#test/builders/facts.ts';
import { sentence } from '#test/builders/judged.ts';
import { anIngress } from '#test/builders/routes.ts';
import { anEndpointSlice, anIngressClass, aPodTemplate, aService, aServiceProbe } from '#test/builders/services.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { day, minute, noon, second } from '#test/builders/time.ts';
import { aDeployment } from '#test/builders/workloads.ts';

const down = { outcome: 'down', trouble: 'refused', status: null } as const;
const taking = (host: string, wholeMs: number) =>
  aServiceProbe({ host, phases: { dnsMs: 1, connectMs: 1, tlsMs: 1, firstByteMs: wholeMs - 3, wholeMs } });

function figureOf(...serviceProbes: ServiceProbeFact[]) {
  const figure = services.figure(aSnapshot({ serviceProbes }));
  return figure === null ? null : [figure.value, figure.rest, sentence({ say: figure.detail })];
}

describe('the figure', () => {
  test('is how many of how many are up, and how fast', () => {
    expect(figureOf(aServiceProbe(), taking('b.example', 180))).toEqual(['2', 'of 2 up', 'all answer within 200 ms']);
    expect(figureOf(aServiceProbe(), taking('b.example', 1_240))).toEqual([
      ...['2', 'of 2 up'],
      'b.example the slowest, under 1.5 s',
    ]);
  });

  test('names who is not up, the longest first', () => {
    const first = aServiceProbe({ ...down, host: 'b.example', outcomeSince: noon - minute });
    const second = aServiceProbe({ host: 'a.example', outcome: 'wrong-content', outcomeSince: noon });
    expect(figureOf(aServiceProbe(), first)).toEqual(['1', 'of 2 up', 'b.example is not up']);
    expect(figureOf(aServiceProbe(), second, first)).toEqual(['1', 'of 3 up', 'b.example and 1 more not up']);
  });

  test('says what is red where all that is asked is up', () => {
    const parts = {
      services: [aService({ namespace: 'harbor', name: 'harbor-core', selector: { component: 'core' } })],
      ingresses: [
        anIngress({
          ...{ namespace: 'harbor', name: 'harbor', hosts: ['git.example'] },
          backends: [{ host: 'git.example', path: '/api', service: 'harbor-core' }],
        }),
      ],
      serviceProbes: [aServiceProbe()],
    };
    const detail = (more: SnapshotParts) => {
      const figure = services.figure(aSnapshot({ ...parts, ...more }));
      return figure === null ? null : [figure.value, figure.rest, sentence({ say: figure.detail })];
    };
    expect(detail({})).toEqual(['1', 'of 1 up', 'harbor-core has nobody ready']);
    const ready = anEndpointSlice({ namespace: 'harbor', service: 'harbor-core', ready: 1 });
    expect(detail({ endpointSlices: [ready] })).toEqual(['1', 'of 1 up', 'all answer within 100 ms']);
    const scaled = aDeployment({
      ...{ namespace: 'harbor', name: 'core', wanted: 0, template: aPodTemplate({ labels: { component: 'core' } }) },
    });
    expect(detail({ deployments: [scaled] })?.[2]).toBe('all answer within 100 ms');
    const traefik = aDeployment({ namespace: 'kube-system', name: 'traefik', wanted: 1, ready: 0 });
    expect(detail({ deployments: [traefik], ingressClasses: [anIngressClass()] })?.[2]).toBe(
      'Traefik has no ready pod',
    );
  });

  test('leaves out what is not asked, and tells how many are not probed', () => {
    const unasked = aServiceProbe({ ...down, host: 'localhost', trouble: 'forbidden-address' });
    expect(figureOf(aServiceProbe(), unasked)?.slice(0, 2)).toEqual(['1', 'of 1 up']);
    const wall = aWall({ servicesLeftOut: 9_508 });
    const figure = services.figure(aSnapshot({ wall, serviceProbes: [aServiceProbe(), unasked] }));
    expect(sentence({ say: figure!.detail })).toBe('9508 not probed');
  });

  test('is none where there is nothing to probe, and open while that is not known', () => {
    expect(figureOf()).toBeNull();
    const sources = { 'services-probed': { state: 'syncing' } as const };
    expect(services.figure(aSnapshot({ sources }))).toMatchObject({ value: '–' });
  });
});

describe('what still answers while the API is blind', () => {
  const still = (tile: typeof services, parts: SnapshotParts) => {
    const say = tile.stillAnswers?.(aSnapshot(parts)) ?? null;
    return say === null ? null : sentence({ say });
  };

  test('is said of services, and then not of TLS servers as well', () => {
    const parts = {
      serviceProbes: [aServiceProbe(), aServiceProbe({ host: 'b.example', ...down })],
      tlsServers: [aTlsServer()],
    };
    expect(still(services, parts)).toBe('1 of 2 services still answer');
    expect(still(certificates, parts)).toBeNull();
    expect(still(certificates, { tlsServers: [aTlsServer()] })).toBe('1 of 1 TLS servers still answer');
  });

  test('is not said of what is not asked', () => {
    expect(still(services, {})).toBeNull();
    const sources = { 'services-probed': { fresh: false } };
    expect(still(services, { serviceProbes: [aServiceProbe()], sources })).toBeNull();
  });
});

describe('a row', () => {
  const cells = (probe: ServiceProbeFact, parts: SnapshotParts = {}) =>
    services.cells(
      { kind: 'Host', name: probe.key.slice('Host/'.length) },
      aSnapshot({ serviceProbes: [probe], ingressClasses: [anIngressClass()], ...parts }),
    );

  test('has the last answer, the days of its certificate and the way to it', () => {
    const tlsServers = [aTlsServer({ certificate: aShownCertificate({ notAfter: noon + 12.5 * day }) })];
    expect(cells(aServiceProbe({ group: 'home' }), { tlsServers })).toEqual({
      ...{ name: 'git.example', status: 'up, 200', latency: 42, certificate: 12, since: noon - day },
      ...{ asked: noon - 5 * second, group: 'home', through: 'Traefik' },
    });
  });

  test('finds the certificate of another port by its port, and none of plain HTTP', () => {
    const tlsServers = [
      aTlsServer({ certificate: aShownCertificate({ notAfter: noon + day }) }),
      aTlsServer({ name: 'git.example:8443', certificate: aShownCertificate({ notAfter: noon + 90 * day }) }),
    ];
    const key = 'Host/git.example:8443';
    expect(cells(aServiceProbe({ key, port: 8_443 }), { tlsServers })['certificate']).toBe(90);
    const plain = aServiceProbe({ key: 'Host/git.example:80', port: 80, url: 'http://git.example/' });
    expect(cells(plain, { tlsServers })['certificate']).toBeNull();
  });

  test('has what is wrong in a word or two', () => {
    const status = (part: Partial<ServiceProbeFact>) => cells(aServiceProbe(part))['status'];
    expect(status(down)).toBe('refused');
    expect(status({ ...down, trouble: 'status', status: 503 })).toBe('503 Service Unavailable');
    expect(status({ outcome: 'wrong-content', trouble: 'text-missing' })).toBe('wrong content');
    expect(status({ is: 'tcp', status: null })).toBe('up');
    expect(status({ ...down, trouble: 'tls', message: 'speaks no TLS' })).toBe('no TLS');
  });

  test('of what is no probe has a name alone, and a cell for each column', () => {
    const subject = { kind: 'Service', namespace: 'apps', name: 'web' };
    const row = services.cells(subject, aSnapshot());
    expect(row['name']).toBe('apps/web');
    expect(Object.keys(row).toSorted()).toEqual(
      services.columns.flatMap(({ key, measured }) => (measured === undefined ? [key] : [])).toSorted(),
    );
  });
});

describe('the series', () => {
  const unanswered = aServiceProbe({ host: 'b.example', ...down });
  const error = aServiceProbe({ host: 'c.example', outcome: 'down', trouble: 'status', status: 500 });
  const missedOnce = aServiceProbe({ host: 'd.example', misses: 1 });
  const snapshot = aSnapshot({ serviceProbes: [aServiceProbe(), unanswered, error, missedOnce] });
  const read = (rule: typeof servicesUp, of = snapshot) =>
    [...rule.read(of)].map(({ subject, value }) => [subject?.name ?? null, value]);

  test('count those that are up, once all were asked', () => {
    expect(read(servicesUp)).toEqual([[null, 2]]);
    expect(read(servicesUp, aSnapshot())).toEqual([]);
    const sources = { 'services-probed': { state: 'syncing' } as const };
    expect(read(servicesUp, aSnapshot({ serviceProbes: [aServiceProbe()], sources }))).toEqual([]);
  });

  test('measure what was answered, be it an error, and nothing else', () => {
    expect(read(serviceLatency)).toEqual([
      ['git.example', 42],
      ['c.example', 42],
    ]);
  });

  test('are 100 for each that is up and 0 for each that is not', () => {
    expect(read(serviceReachable).map(([, value]) => value)).toEqual([100, 0, 0, 100]);
  });
});
