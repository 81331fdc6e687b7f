import { io } from 'socket.io-client';

import { LiveBoard, type WallSocket } from './board.svelte.ts';
import { Clock } from './clock.svelte.ts';
import { ContactWatch } from './contact.svelte.ts';
import { Past } from './past.svelte.ts';
import { Renewal } from './renewal.ts';
import { Address } from './route.svelte.ts';

/** All that the page knows, live. */
export interface Wall {
  live: LiveBoard;
  clock: Clock;
  contact: ContactWatch;
  past: Past;
  address: Address;
}

/** The two clocks of a machine that slept differ by more than this afterwards. */
const sleptMs = 5_000;

/** Connects to the server that the page came from, and keeps time. */
export function openWall(): Wall {
  const socket: WallSocket = io({
    path: '/socket.io',
    transports: ['websocket'],
    timeout: 8_000,
    reconnectionDelay: 500,
    reconnectionDelayMax: 4_000,
  });
  const clock = new Clock();
  const contact = new ContactWatch(clock, () => socket.disconnect().connect());
  const live = new LiveBoard(socket, contact, new Renewal());
  // The server ends a connection on its way down; socket.io then waits to be told to come back.
  socket.on('disconnect', (reason) => {
    if (reason === 'io server disconnect') setTimeout(() => socket.connect(), 1_000);
  });
  keepTime(clock, contact);
  return { live, clock, contact, past: new Past(() => clock.now ?? 0), address: new Address() };
}

function keepTime(clock: Clock, contact: ContactWatch): void {
  let apart = Date.now() - performance.now();
  const tick = () => {
    const before = apart;
    apart = Date.now() - performance.now();
    clock.tick();
    if (apart - before > sleptMs) contact.slept();
    else contact.check();
  };
  setInterval(tick, 1_000);
  document.addEventListener('visibilitychange', tick);
}
