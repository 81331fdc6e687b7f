import { expect, test } from 'vitest';
import { createTrustStore } from '#server/cluster/trust-store.ts';
import { createTlsSessions, type KeptSession } from '#server/probes/network/tls-sessions.ts';
import { signedByItself } from '../tls-certificates.ts';

function kept(name: string, more: Partial<KeptSession> = {}): KeptSession {
  const judgement = { distrust: '', message: '', notAfter: Infinity } as const;
  return { session: Buffer.from(name), judgement, until: Date.now() + 60_000, ...more };
}

async function trusts(count: number) {
  const store = createTrustStore();
  const root = await signedByItself({ isAuthority: true });
  return Promise.all(
    Array.from({ length: count }, (_, i) => store.of(root.certificate, Array<string>(i).fill(root.certificate))),
  );
}

test('a session is found by its own host and trust, the latest of them, and by no other', async () => {
  const sessions = createTlsSessions();
  const [one, other] = await trusts(2);
  sessions.keep(one!, 'git.example:443', kept('first'));
  sessions.keep(one!, 'git.example:443', kept('second'));
  expect(sessions.of(one!, 'git.example:443')?.session.toString()).toBe('second');
  expect(sessions.of(one!, 'git.example:8443')).toBeNull();
  expect(sessions.of(one!, 'nas.example:443')).toBeNull();
  expect(sessions.of(other!, 'git.example:443')).toBeNull();
});

test('one that is over is none', async () => {
  const sessions = createTlsSessions();
  const [trust] = await trusts(1);
  sessions.keep(trust!, 'git.example:443', kept('old', { until: Date.now() - 1 }));
  expect(sessions.of(trust!, 'git.example:443')).toBeNull();
});

test('500 are kept, those that were kept last', async () => {
  const sessions = createTlsSessions();
  const [trust] = await trusts(1);
  for (let i = 0; i < 501; i += 1) sessions.keep(trust!, `host-${i}.example:443`, kept(`${i}`));
  expect(sessions.of(trust!, 'host-0.example:443')).toBeNull();
  expect(sessions.of(trust!, 'host-1.example:443')).not.toBeNull();
  expect(sessions.of(trust!, 'host-500.example:443')).not.toBeNull();
});
