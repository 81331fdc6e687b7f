import { expect, test } from 'vitest';
import type { PodFact } from '#server/facts/pod.ts';
import { minute, second } from '#test/builders/time.ts';
import { aContainer, anEnd } from '#test/builders/workloads.ts';
import { evening, type SmallWall } from '#test/engine/small-wall.ts';
import { deployment, homelab, missed, pod, rootsOf, see, servicesWall, told, type Seen } from './service-play.ts';

const traefikDown = 'services/controller-down|Deployment/kube-system/traefik';

/** The homelab with Traefik's pod in a crash loop: waiting, or running for a moment. */
function looping(seen: Seen, restarts: number, endedAt: number, runsSince: number | null): Seen {
  const ready = runsSince !== null;
  const container = aContainer({
    ...{ ready, restarts },
    state: ready ? { is: 'running', startedAt: runsSince } : { is: 'waiting', reason: 'CrashLoopBackOff', message: '' },
    last: anEnd({ startedAt: endedAt - second, finishedAt: endedAt }),
  });
  return withTraefik(seen, { ready, restarts, readyChangedAt: runsSince ?? endedAt, containers: [container] });
}

function withTraefik(seen: Seen, part: Partial<PodFact>): Seen {
  const ready = part.ready === false ? 0 : 1;
  const others = <T extends { namespace: string }>(all: readonly T[] = []) =>
    all.filter(({ namespace }) => namespace !== 'kube-system');
  return {
    ...seen,
    deployment: [...others(seen.deployment), { ...deployment('kube-system', 'traefik'), ready, available: ready }],
    pod: [...others(seen.pod), pod('kube-system', 'traefik', 'nuc1', part)],
  };
}

/** Second by second; what the wall tells of Traefik as it begins and ends. */
function watch(wall: SmallWall, seconds: number, show: (passed: number) => Seen): string[] {
  const changes: string[] = [];
  let before = traefikDown in told(wall);
  for (let passed = 0; passed < seconds; passed += 1) {
    see(wall, show(passed));
    const now = traefikDown in told(wall);
    if (now !== before) changes.push(`${now ? 'down' : 'over'} after ${passed} s`);
    before = now;
    wall.later(second);
  }
  return changes;
}

test('a controller that is ready for 1 s every 20 s is down once, from the first second, until it stays ready', () => {
  const wall = servicesWall();
  see(wall, homelab(evening));
  wall.later(minute);
  const beganAt = wall.now();
  const failing = () =>
    homelab(beganAt).serviceProbe.map((probe, i) =>
      // One after the other is found down.
      wall.now() - beganAt > 2 * i * second ? missed(probe, beganAt) : probe,
    );
  const crashing = watch(wall, 119, (passed) => {
    const cycle = Math.floor(passed / 20);
    const runs = passed > 0 && passed % 20 === 19;
    const endedAt = beganAt + cycle * 20 * second;
    const seen = looping(homelab(beganAt), cycle + 1, endedAt, runs ? wall.now() : null);
    const at = { ...seen, serviceProbe: failing() };
    if (passed > 0) {
      expect(rootsOf(wall), `${passed} s`).toEqual([traefikDown]);
      expect(wall.engine.board().headline.text).toBe('Traefik is down: 14 services unreachable');
    }
    return at;
  });
  expect(crashing).toEqual(['down after 0 s']);
  const healedAt = wall.now();
  const endedAt = healedAt - second;
  const healing = watch(wall, 60, (passed) => {
    const answered = homelab(wall.now()).serviceProbe;
    const serviceProbe = passed < 10 ? failing() : answered;
    return { ...looping(homelab(healedAt), 7, endedAt, healedAt), serviceProbe };
  });
  expect(healing).toEqual(['over after 20 s']);
  expect(wall.failures).toEqual([]);
});

test('a gap of seconds in a roll-out, through which all is reached, is neither told nor waited out', () => {
  const wall = servicesWall();
  see(wall, homelab(evening));
  wall.later(minute);
  const gone = watch(wall, 40, (passed) => {
    const seen = homelab(wall.now());
    return passed < 6 ? withTraefik(seen, { ready: false, readyChangedAt: wall.now() - passed * second }) : seen;
  });
  expect(gone).toEqual([]);
});

test('one that was not ready for longer is over once it has stayed ready for 20 s, though all answer', () => {
  const wall = servicesWall();
  see(wall, homelab(evening));
  wall.later(minute);
  const beganAt = wall.now();
  const gone = watch(wall, 60, (passed) => {
    const seen = homelab(wall.now());
    return passed < 15 ? withTraefik(seen, { ready: false, readyChangedAt: beganAt }) : seen;
  });
  expect(gone).toEqual(['down after 10 s', 'over after 35 s']);
});
