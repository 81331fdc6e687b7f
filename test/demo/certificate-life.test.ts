import { createCertificateLife } from '#server/cluster/demo/certificate-life.ts';
import { createDemoDoor } from '#server/cluster/demo/demo-door.ts';
import { createObjectStore } from '#server/cluster/demo/object-store.ts';
import { createPodLogs } from '#server/cluster/demo/pod-logs.ts';
import { createRandom } from '#server/cluster/demo/random.ts';
import { createSchedule } from '#server/cluster/demo/schedule.ts';
import { secretKey, webCertificates } from '#server/cluster/demo/web-certificates.ts';
import { createWorld } from '#server/cluster/demo/world.ts';
import { expect, test } from 'vitest';
import { createHandClock } from './hand-clock.ts';

const DAY_MS = 86_400_000;

/** Certificates alone: without a homelab around them months pass in a moment. */
function certificatesAlone() {
  const clock = createHandClock();
  const schedule = createSchedule(clock.now, clock.setTimer);
  const store = createObjectStore(1);
  const parts = { store, schedule, door: createDemoDoor(), logs: createPodLogs(), random: createRandom(7) };
  const life = createCertificateLife(createWorld(parts));
  life.furnish(clock.now() - 413 * DAY_MS);
  return { clock, store, life };
}

test('as long as the demo runs each is renewed in time, and its Certificate says so', async () => {
  const { clock, store, life } = certificatesAlone();
  const secrets = webCertificates.map(secretKey);
  const before = new Map(secrets.map((secret) => [secret, life.validity(secret)]));
  for (let day = 0; day < 200; day += 1) {
    await clock.pass(DAY_MS);
    for (const secret of secrets) {
      expect(life.validity(secret)!.notAfter - clock.now(), `${secret} after ${day} days`).toBeGreaterThan(
        29.9 * DAY_MS,
      );
    }
  }
  for (const secret of secrets) expect(life.validity(secret)).not.toEqual(before.get(secret));
  for (const { metadata, spec, status } of store.list('certificates')) {
    const { notAfter } = life.validity(`${metadata.namespace}/${spec.secretName}`)!;
    expect(Date.parse(status.notAfter)).toBe(notAfter);
    expect(Date.parse(status.renewalTime)).toBeGreaterThan(clock.now());
  }
});

test('what nobody renews stays so until it is renewed or all is restored', async () => {
  const { clock, life } = certificatesAlone();
  const secret = 'media/media-tls';
  const usual = life.validity(secret);
  life.age(secret, 12, 'no order');
  await clock.pass(2 * DAY_MS);
  expect(life.validity(secret)!.notAfter - clock.now()).toBe(10 * DAY_MS);
  life.restore();
  expect(life.validity(secret)).toEqual(usual);
  life.age(secret, -1);
  life.renew(secret);
  expect(life.validity(secret)!.notAfter - clock.now()).toBe(90 * DAY_MS - 1000);
});

test('what is gone shows nothing, and comes back as it was', async () => {
  const { clock, life } = certificatesAlone();
  const secret = 'gitea/git-tls';
  const usual = life.validity(secret);
  life.uninstall();
  expect(life.validity(secret)).toBeNull();
  await clock.pass(DAY_MS);
  life.furnish(clock.now() - 413 * DAY_MS);
  expect(life.validity(secret)).toEqual(usual);
});
