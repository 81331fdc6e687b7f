import './browser-stand-ins.ts';

import { cleanup, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, test } from 'vitest';

import type { DemoAnswer } from '#shared/demo.ts';
import DemoMark from '#web/parts/DemoMark.svelte';
import DemoMenu from '#web/parts/DemoMenu.svelte';
import { demoMenuId } from '#web/parts/demo-menu-id.ts';

const scenarios = [
  { name: 'calm', title: 'All well', about: 'Nothing bad happens.' },
  { name: 'tour', title: 'The tour', about: 'One fault after the other.' },
  { name: 'crash-loop', title: 'A database crashes again and again', about: 'gitea-postgresql cannot start.' },
];
let playing: DemoAnswer['playing'];
let trouble: string | null;
let asked: string[];
let hidden: number;

const answer = () =>
  Promise.resolve(
    trouble === null ? { ok: true as const, value: { scenarios, playing } } : { ok: false as const, sentence: trouble },
  );

/** Opens it as the browser does when the button beside the mark is pressed. */
async function open(): Promise<HTMLElement> {
  render(DemoMenu, {
    ask: answer,
    play: (scenario: string) => {
      asked.push(scenario);
      playing = { scenario, shows: scenario, since: 1 };
      return answer();
    },
  });
  const panel = document.getElementById(demoMenuId)!;
  panel.hidePopover = () => (hidden += 1);
  panel.dispatchEvent(Object.assign(new Event('toggle'), { newState: 'open' }));
  await settle();
  return panel;
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await tick();
}

beforeEach(() => {
  playing = { scenario: 'tour', shows: 'crash-loop', since: 0 };
  trouble = null;
  asked = [];
  hidden = 0;
});
afterEach(cleanup);

test('every scenario stands in plain words, what plays is marked and told', async () => {
  const panel = await open();
  const buttons = [...panel.querySelectorAll('li button')].map((button) => [
    button.textContent,
    button.getAttribute('aria-pressed'),
  ]);
  expect(buttons).toEqual([
    ['All well', 'false'],
    ['The tour', 'true'],
    ['A database crashes again and again', 'false'],
  ]);
  expect(panel.querySelector('p')?.textContent).toBe(
    'The tour, now: A database crashes again and again. gitea-postgresql cannot start.',
  );
  expect(panel.getAttribute('role')).toBe('dialog');
});

test('a tour that is calm says so', async () => {
  playing = { scenario: 'tour', shows: null, since: 0 };
  const panel = await open();
  expect(panel.querySelector('p')?.textContent).toBe('The tour, now: calm. One fault after the other.');
});

test('a choice is played, marked, and closes the menu', async () => {
  await open();
  screen.getByText('A database crashes again and again').click();
  await settle();
  expect(asked).toEqual(['crash-loop']);
  expect(hidden).toBe(1);
  const chosen = screen.getByText('A database crashes again and again', { selector: 'button' });
  expect(chosen.getAttribute('aria-pressed')).toBe('true');
});

test('a refusal is told, and the menu stays open', async () => {
  await open();
  trouble = 'The wall cannot be reached.';
  screen.getByText('All well').click();
  await settle();
  expect(screen.getByRole('alert', { hidden: true }).textContent).toBe('The wall cannot be reached.');
  expect(hidden).toBe(0);
});

test('only the demo has the button beside its mark, and it opens the menu', () => {
  render(DemoMark, { demo: false });
  expect(screen.queryByRole('button', { hidden: true })).toBeNull();
  cleanup();
  render(DemoMark, { demo: true });
  const button = screen.getByRole('button', { hidden: true });
  expect(button.getAttribute('popovertarget')).toBe(demoMenuId);
  expect(button.getAttribute('aria-label')).toContain(button.textContent);
});
