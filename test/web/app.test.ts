import './browser-stand-ins.ts';

import { EventEmitter } from 'node:events';

import { cleanup, render, screen } from '@testing-library/svelte';
import { tick } from 'svelte';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import App from '#web/App.svelte';
import { LiveBoard, type WallSocket } from '#web/live/board.svelte.ts';
import { Clock } from '#web/live/clock.svelte.ts';
import { ContactWatch } from '#web/live/contact.svelte.ts';
import type { Wall } from '#web/live/open-wall.ts';
import { Past } from '#web/live/past.svelte.ts';
import { Renewal } from '#web/live/renewal.ts';
import { Address } from '#web/live/route.svelte.ts';
import { allGood, nodeLost, tenGood } from './scenes.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
let passed: number;
let socket: EventEmitter;
let wall: Wall;

/** Contact and a board, as the socket gives them. */
async function hear({ board }: ReturnType<typeof allGood>): Promise<void> {
  socket.emit('board', board);
  socket.emit('heartbeat', { at: now + passed, judgedAt: now + passed, revision: board.revision, build: board.build });
  await tick();
}

async function pass(ms: number): Promise<void> {
  passed += ms;
  wall.clock.tick();
  wall.contact.check();
  await tick();
}

async function go(hash: string): Promise<void> {
  location.hash = hash;
  window.dispatchEvent(new HashChangeEvent('hashchange'));
  await tick();
}

beforeEach(() => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('{"error":"not here"}', { status: 404 })));
  passed = 0;
  location.hash = '';
  socket = new EventEmitter();
  const clock = new Clock(() => passed);
  const contact = new ContactWatch(
    clock,
    () => undefined,
    () => passed,
  );
  const renewal = new Renewal({ fetch: () => Promise.resolve(new Response()), reload: () => undefined });
  const live = new LiveBoard(socket as unknown as WallSocket, contact, renewal);
  wall = { live, clock, contact, past: new Past(() => clock.now ?? 0), address: new Address() };
  render(App, { wall });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});

const text = () => document.body.textContent.replace(/\s+/g, ' ');

test('at first it is connecting: ten places and no figure', () => {
  expect(text()).toContain('Connecting to the wall');
  expect(text()).toContain('GitOps');
  expect(text()).not.toMatch(/\d/);
});

test('a wall that never answers is no contact after 10 s, with nothing made up', async () => {
  await pass(10_000);
  expect(screen.getByRole('alert').textContent).toContain('No contact with the wall');
  expect(text()).not.toMatch(/\d/);
});

test('a board without a heartbeat is not believed yet', async () => {
  socket.emit('board', allGood(now).board);
  await tick();
  expect(text()).toContain('Connecting to the wall');
});

test('with contact it shows the ten tiles', async () => {
  await hear(tenGood(now));
  expect(document.querySelectorAll('a.tile[data-level="ok"]')).toHaveLength(10);
  expect(document.title).toBe('All good · homelab');
});

test('a silent wall greys every tile and says since when; the next heartbeat brings it back', async () => {
  await hear(tenGood(now));
  await pass(10_000);
  expect(screen.getByRole('alert').textContent).toContain('No contact with the wall since 20:41');
  expect(document.querySelectorAll('a.tile[data-level="unknown"]')).toHaveLength(10);
  await hear(tenGood(now));
  expect(screen.queryByRole('alert')).toBeNull();
  expect(document.querySelectorAll('a.tile[data-level="ok"]')).toHaveLength(10);
});

test('an incident keeps the ten tiles and explains the worst finding beside them', async () => {
  await hear(nodeLost(now));
  expect(document.querySelectorAll('a.tile')).toHaveLength(10);
  expect(screen.getByRole('region', { name: 'What is wrong' }).textContent).toContain('ping -c 3 nuc2');
});

test('an address of an area opens it, and going back is the wall again', async () => {
  await hear(nodeLost(now));
  await go('#/areas/nodes');
  expect(screen.getByRole('heading', { level: 1 }).textContent).toBe('Nodes');
  await go('#/');
  expect(document.querySelectorAll('a.tile')).toHaveLength(10);
});

test('an address that names nothing says so', async () => {
  await hear(allGood(now));
  await go('#/areas/kitchen');
  expect(text()).toContain('There is no page “areas/kitchen”.');
});

test('a finding that is over says so', async () => {
  await hear(allGood(now));
  await go(`#/findings/${encodeURIComponent('nodes/gone|Node/x')}`);
  await vi.waitFor(() => expect(text()).toContain('The finding “nodes/gone|Node/x” is over'));
});

test('no contact is told on every page', async () => {
  await hear(nodeLost(now));
  await go('#/areas/nodes');
  await pass(10_000);
  expect(screen.getByRole('alert').textContent).toContain('No contact with the wall since 20:41');
});
