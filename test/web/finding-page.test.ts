import './browser-stand-ins.ts';

import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import type { Finding } from '#shared/finding.ts';
import { plainly } from '#shared/say.ts';
import FindingPage from '#web/parts/FindingPage.svelte';
import { noCharts } from './chart-fixtures.ts';
import { saw, timeZone } from './fixtures.ts';
import { noPast } from './past-fixtures.ts';
import { nodeLost } from './scenes.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
const { board } = nodeLost(now);
const [root, effect] = board.findings;
if (root === undefined || effect === undefined) throw new Error('the scene has a cause and its effect');

const show = (finding: Finding, whole: Finding | null = null, trouble: string | null = null) =>
  render(FindingPage, {
    props: {
      board,
      finding,
      whole,
      trouble,
      past: noPast,
      charts: noCharts,
      context: { now, timeZone },
      acknowledge: () => Promise.resolve(null),
    },
  });

test('tells all the evidence once the door has answered, logs among it', () => {
  const line = saw('log', plainly('E0505 18:37:12 Unable to update lease'), now);
  const { container } = show(root, { ...root, evidence: [...root.evidence, line] });
  expect(container.querySelectorAll('pre span')).toHaveLength(2);
  expect(container.textContent).toContain('E0505 18:37:12');
});

test('evidence of an earlier episode is not shown for this one', () => {
  const { container } = show(root, { ...root, episode: 'earlier', evidence: [saw('text', plainly('long ago'), now)] });
  expect(container.textContent).not.toContain('long ago');
});

test('leads to what caused it', () => {
  show(effect);
  const link = screen.getByRole('link', { name: /nuc2 has sent no heartbeat/ });
  expect(link.getAttribute('href')).toBe(`#/findings/${encodeURIComponent(root.id)}`);
});

test('lists what it explains', () => {
  const { container } = show(root);
  expect(container.textContent).toMatch(/It explains.*gitea-0.*photos-5f7c.*zigbee2mqtt-0/s);
});

test('a finding that is blind says how it was when last seen', () => {
  const { container } = show({ ...root, level: 'unknown', lastLevel: 'bad' });
  expect(container.textContent).toContain('It was failing when last seen.');
});

test('evidence that cannot be had is told', () => {
  show(root, null, 'The wall cannot be reached.');
  expect(screen.getByRole('alert').textContent).toContain('The wall cannot be reached.');
});
