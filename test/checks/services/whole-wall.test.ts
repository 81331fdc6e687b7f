import { describe, expect, test } from 'vitest';
import type { PodFact } from '#server/facts/pod.ts';
import { aNode, aCondition } from '#test/builders/node.ts';
import { minute, second } from '#test/builders/time.ts';
import { aContainer, anEnd } from '#test/builders/workloads.ts';
import {
  deployment,
  homelab,
  hosts,
  missed,
  pod,
  rootsOf,
  see,
  servicesWall,
  slice,
  told,
  type Seen,
} from './service-play.ts';
import { evening } from '#test/engine/small-wall.ts';

const traefikDown = 'services/controller-down|Deployment/kube-system/traefik';
const down = (host: string) => `services/down|Host/${host}`;

/** With Traefik's pod as it is given, and its Deployment's counts to match. */
function withTraefik(seen: Seen, part: Partial<PodFact>): Seen {
  return {
    ...seen,
    deployment:
      seen.deployment?.map((each) =>
        each.name === 'traefik' ? { ...deployment('kube-system', 'traefik'), ready: 0, available: 0 } : each,
      ) ?? [],
    pod:
      seen.pod?.map((each) =>
        each.namespace === 'kube-system' ? pod('kube-system', 'traefik', 'nuc1', part) : each,
      ) ?? [],
  };
}

const crashed = (now: number): Partial<PodFact> => ({
  ready: false,
  readyChangedAt: now,
  restarts: 4,
  containers: [
    aContainer({
      ready: false,
      restarts: 4,
      state: { is: 'waiting', reason: 'CrashLoopBackOff', message: '' },
      last: anEnd({ finishedAt: now - second, startedAt: now - 3 * second }),
    }),
  ],
});

describe('Traefik’s pod dies', () => {
  function play() {
    const wall = servicesWall();
    see(wall, homelab(evening));
    expect(told(wall)).toEqual({});
    wall.later(minute);
    const diedAt = wall.now();
    see(wall, withTraefik(homelab(diedAt), crashed(diedAt)));
    return { wall, diedAt };
  }

  test('and is the headline from the first second, with all that is behind it', () => {
    const { wall } = play();
    const { headline } = wall.engine.board();
    expect(headline.text).toBe('Traefik is down: 14 services unreachable');
    expect(headline.finding).toBe(traefikDown);
    expect(told(wall)).toEqual({
      [traefikDown]: { level: 'bad', cause: null },
      'workloads/crash-looping|Deployment/kube-system/traefik': { level: 'bad', cause: traefikDown },
    });
    expect(wall.failures).toEqual([]);
  });

  test('then one service after the other is down because of it, and the headline stays', () => {
    const { wall, diedAt } = play();
    for (const seenDown of [1, 7, 14]) {
      wall.later(10 * second);
      const now = homelab(diedAt);
      const serviceProbe = now.serviceProbe.map((probe, i) =>
        i < seenDown ? missed(probe, wall.now() - 5 * second) : probe,
      );
      see(wall, { ...withTraefik(now, crashed(diedAt)), serviceProbe });
      expect(wall.engine.board().headline.text).toBe('Traefik is down: 14 services unreachable');
      expect(rootsOf(wall)).toEqual([traefikDown]);
      expect(Object.values(told(wall)).filter(({ cause }) => cause === traefikDown).length).toBe(seenDown + 1);
      for (const host of hosts.slice(0, seenDown)) expect(told(wall)[down(host)]?.cause).toBe(traefikDown);
    }
    const tile = wall.engine.board().tiles.find(({ area }) => area === 'services');
    expect(tile).toMatchObject({ level: 'bad', figure: { value: '0', rest: 'of 14 up' } });
  });

  test('is back, and stays the one root until each service was asked again', () => {
    const { wall, diedAt } = play();
    wall.later(30 * second);
    const after = () => homelab(diedAt).serviceProbe.map((probe) => missed(probe, diedAt + 20 * second));
    see(wall, { ...withTraefik(homelab(diedAt), crashed(diedAt)), serviceProbe: after() });
    wall.later(5 * second);
    const backAt = wall.now();
    see(wall, { ...homelab(backAt), serviceProbe: after() });
    expect(rootsOf(wall)).toEqual([traefikDown]);
    expect(wall.engine.board().headline.text).toBe('Traefik is back: 14 services have not been asked since');
    wall.later(20 * second);
    const half = after().map((probe, i) => (i < 13 ? (homelab(wall.now()).serviceProbe[i] ?? probe) : probe));
    see(wall, { ...homelab(wall.now()), serviceProbe: half });
    expect(rootsOf(wall)).toEqual([traefikDown]);
    expect(wall.engine.board().headline.text).toBe('Traefik is back: 1 service has not been asked since');
    wall.later(10 * second);
    see(wall, homelab(wall.now()));
    expect(told(wall)).toEqual({});
  });

  test('one that goes on failing when all were asked again tells for itself', () => {
    const { wall, diedAt } = play();
    wall.later(30 * second);
    see(wall, homelab(wall.now()));
    wall.later(30 * second);
    const now = homelab(wall.now());
    const serviceProbe = now.serviceProbe.map((probe, i) =>
      i === 3 ? missed(probe, diedAt, { askedAt: wall.now() }) : probe,
    );
    see(wall, { ...now, serviceProbe });
    expect(rootsOf(wall)).toEqual([down('app03.example')]);
  });
});

describe('a node dies', () => {
  const lost = aCondition({
    status: 'Unknown',
    reason: 'NodeStatusUnknown',
    message: 'Kubelet stopped posting node status.',
  });
  const deadNode = 'nodes/not-ready|Node/nuc1';

  test('that Traefik alone was on, and is the root of all', () => {
    const wall = servicesWall();
    see(wall, homelab(evening));
    wall.later(minute);
    const at = wall.now();
    const now = withTraefik(homelab(at), { ready: false, readyChangedAt: at });
    const node = [aNode(), aNode({ name: 'nuc1', internalIp: '192.168.1.11', conditions: { Ready: lost } })];
    const serviceProbe = homelab(at).serviceProbe.map((probe) => missed(probe, at - 10 * second));
    see(wall, { ...now, node, serviceProbe });
    expect(rootsOf(wall)).toEqual([deadNode]);
    expect(told(wall)[traefikDown]).toEqual({ level: 'bad', cause: deadNode });
    expect(told(wall)[down('app00.example')]?.cause).toBe(traefikDown);
    const { headline } = wall.engine.board();
    expect(headline.finding).toBe(deadNode);
    // Traefik and the fourteen; that Traefik lacks its pod is no news.
    expect(headline.text).toMatch(/^nuc1 is not ready: .*, and 15 more because of it$/);
  });

  test('and hosts on it are down before the API takes their pods away', () => {
    const wall = servicesWall();
    see(wall, homelab(evening));
    wall.later(minute);
    const at = wall.now();
    const node = [aNode({ conditions: { Ready: lost } }), aNode({ name: 'nuc1' })];
    const now = homelab(at);
    const gone = { trouble: 'status', status: 504, message: 'answers 504 Gateway Timeout' } as const;
    see(wall, {
      ...now,
      node,
      serviceProbe: now.serviceProbe.map((probe, i) => (i < 3 ? missed(probe, at, gone) : probe)),
    });
    expect(rootsOf(wall)).toEqual(['nodes/not-ready|Node/nuc0']);
    expect(told(wall)[down('app02.example')]?.cause).toBe('nodes/not-ready|Node/nuc0');
  });
});

describe('one workload', () => {
  test('crash-loops, and is the root of what its Service and host say', () => {
    const wall = servicesWall();
    see(wall, homelab(evening));
    wall.later(minute);
    const at = wall.now();
    const now = homelab(at);
    const crash = 'workloads/crash-looping|Deployment/apps/app05';
    const broken = {
      ...now,
      deployment:
        now.deployment?.map((each) => (each.name === 'app05' ? { ...each, ready: 0, available: 0 } : each)) ?? [],
      pod: now.pod.map((each) => (each.name.startsWith('app05') ? { ...each, ...crashed(at) } : each)),
      endpointSlice:
        now.endpointSlice?.map((each) => (each.service === 'app05' ? slice('apps', 'app05', 0) : each)) ?? [],
    };
    see(wall, broken);
    expect(rootsOf(wall)).toEqual([crash]);
    wall.later(12 * second);
    const serviceProbe = now.serviceProbe.map((probe, i) =>
      i === 5
        ? missed(probe, at, { trouble: 'status', status: 503, message: 'answers 503 Service Unavailable' })
        : probe,
    );
    see(wall, { ...broken, serviceProbe });
    expect(rootsOf(wall)).toEqual([crash]);
    expect(told(wall)).toMatchObject({
      [down('app05.example')]: { level: 'bad', cause: crash },
      'services/no-endpoints|Service/apps/app05': { level: 'bad', cause: crash },
    });
    expect(wall.engine.board().headline).toMatchObject({ finding: crash });
    expect(wall.failures).toEqual([]);
  });

  test('has not been ready for a moment, and what its host leads to is the root', () => {
    const wall = servicesWall();
    see(wall, homelab(evening));
    wall.later(minute);
    const at = wall.now();
    const now = homelab(at);
    const endpointSlice =
      now.endpointSlice?.map((each) => (each.service === 'app05' ? slice('apps', 'app05', 0) : each)) ?? [];
    const broken = { ...now, endpointSlice };
    see(wall, broken);
    expect(told(wall), 'a gap of seconds says nothing').toEqual({});
    const serviceProbe = now.serviceProbe.map((probe, i) => (i === 5 ? missed(probe, at) : probe));
    wall.later(second);
    see(wall, { ...broken, serviceProbe });
    const empty = 'services/no-endpoints|Service/apps/app05';
    expect(told(wall)).toEqual({
      [empty]: { level: 'bad', cause: null },
      [down('app05.example')]: { level: 'bad', cause: empty },
    });
    expect(wall.engine.board().headline.text).toBe(
      'the pod behind app05.example is not ready, and 1 more because of it',
    );
  });
});

describe('while the API is blind', () => {
  test('services go on being judged, and those that are fine stay green', () => {
    const wall = servicesWall();
    see(wall, homelab(evening));
    wall.later(30 * second);
    const now = homelab(wall.now());
    see(wall, now, { blind: true });
    const tile = () => wall.engine.board().tiles.find(({ area }) => area === 'services');
    expect(tile()).toMatchObject({ level: 'ok', figure: { value: '14', rest: 'of 14 up' } });
    wall.later(10 * second);
    see(
      wall,
      { serviceProbe: now.serviceProbe.map((probe, i) => (i === 0 ? missed(probe, wall.now()) : probe)) },
      { blind: true },
    );
    expect(told(wall)[down('app00.example')]).toEqual({ level: 'bad', cause: null });
    expect(tile()).toMatchObject({ level: 'bad', figure: { value: '13' } });
    expect(tile()?.figure.asOf).toBeUndefined();
  });

  test('nobody gets through: that is told by the probes alone', () => {
    const wall = servicesWall();
    see(wall, homelab(evening));
    wall.later(40 * second);
    const serviceProbe = homelab(wall.now()).serviceProbe.map((probe) => missed(probe, wall.now() - 10 * second));
    see(wall, { serviceProbe }, { blind: true });
    expect(told(wall)[traefikDown]).toEqual({ level: 'bad', cause: null });
    expect(wall.engine.board().headline.text).toBe(
      'Traefik cannot be reached at 192.168.1.10: 14 services unreachable',
    );
  });
});
