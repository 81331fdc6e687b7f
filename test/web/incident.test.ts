import './browser-stand-ins.ts';

import { cleanup, fireEvent, render, screen } from '@testing-library/svelte';
import { expect, test, vi } from 'vitest';

import type { Finding } from '#shared/finding.ts';
import Incident from '#web/parts/Incident.svelte';
import { timeZone } from './fixtures.ts';
import { apiRefused, nodeLost } from './scenes.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
const context = { now, timeZone };
const finding = (scene = apiRefused(now)): Finding => {
  const [worst] = scene.board.findings;
  if (worst === undefined) throw new Error('the scene has a finding');
  return worst;
};
const show = (props: Partial<Parameters<typeof Incident>[1]> = {}) =>
  render(Incident, {
    props: {
      finding: finding(),
      headline: 'API refuses us',
      low: false,
      context,
      acknowledge: () => Promise.resolve(null),
      ...props,
    },
  });

test('says what, since when, what was seen and what to do first, in this order', () => {
  const { container } = show();
  expect(container.textContent.replace(/\s+/g, ' ')).toMatch(
    /Our client certificate expired at 20:35.*Control plane · since 20:35 \(6 min\) · explains 2 more.*401 Unauthorized.*1.*systemctl restart k3s.*2.*scp kmaster.*3.*k3s certificate check/,
  );
});

test('does not say again what the headline says', () => {
  const lost = finding(nodeLost(now));
  show({ finding: lost, headline: 'nuc2 has sent no heartbeat for 4 min' });
  expect(screen.getByRole('heading').textContent).toBe('Node nuc2');
  cleanup();
  show({ finding: lost, headline: 'nuc2 has sent no heartbeat for 4 min, and 3 more because of it' });
  expect(screen.getByRole('heading').textContent).toBe('Node nuc2');
});

test('on a low screen one line of evidence leaves room for the first step', () => {
  const { container } = show({ low: true });
  const text = container.textContent;
  expect(text.indexOf('systemctl restart k3s')).toBeGreaterThan(0);
  expect(text.indexOf('systemctl restart k3s')).toBeLessThan(text.indexOf('The certificate in our kubeconfig'));
});

test('an ordinary finding can be marked as seen', async () => {
  const acknowledge = vi.fn(() => Promise.resolve(null));
  show({ acknowledge });
  await fireEvent.click(screen.getByRole('button', { name: 'Seen' }));
  expect(acknowledge).toHaveBeenCalledWith(expect.objectContaining({ id: finding().id }), 'seen');
});

test('a latched one asks whether it is restored or was meant', () => {
  show({ finding: { ...finding(), latch: true } });
  expect(screen.getByRole('button', { name: 'It is restored' })).toBeTruthy();
  expect(screen.getByRole('button', { name: 'It was me' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Seen' })).toBeNull();
});

test('what was acknowledged says so with its time, and can be taken back', async () => {
  const acknowledge = vi.fn(() => Promise.resolve(null));
  show({ finding: { ...finding(), acknowledged: { at: now - 60_000, meaning: 'seen' } }, acknowledge });
  expect(screen.getByText('Seen, 20:40')).toBeTruthy();
  await fireEvent.click(screen.getByRole('button', { name: 'take back' }));
  expect(acknowledge).toHaveBeenCalledWith(expect.anything(), null);
});

test('an acknowledgement that fails says why', async () => {
  show({ acknowledge: () => Promise.resolve('The wall cannot be reached.') });
  await fireEvent.click(screen.getByRole('button', { name: 'Seen' }));
  await vi.waitFor(() => expect(screen.getByRole('alert').textContent).toBe('The wall cannot be reached.'));
});
