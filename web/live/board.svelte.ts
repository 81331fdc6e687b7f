import type { Socket } from 'socket.io-client';

import type { Board } from '#shared/board.ts';
import { applyChange, type Change, type Heartbeat, type PageEvents, type ServerEvents } from '#shared/change.ts';
import type { ContactWatch } from './contact.svelte.ts';
import type { Renewal } from './renewal.ts';

export type WallSocket = Socket<ServerEvents, PageEvents>;

/** Keeps the board: whole at first, then by changes; asks for the whole one when out of step. Null before the first. */
export class LiveBoard {
  board = $state.raw<Board | null>(null);
  readonly #socket: WallSocket;
  readonly #contact: ContactWatch;
  readonly #renewal: Renewal;
  #asked = false;
  #behind: number | null = null;

  constructor(socket: WallSocket, contact: ContactWatch, renewal: Renewal) {
    this.#socket = socket;
    this.#contact = contact;
    this.#renewal = renewal;
    socket.on('connect', () => {
      this.#asked = false;
      contact.connected();
    });
    socket.on('board', (board) => this.#take(board));
    socket.on('change', (change) => this.#apply(change));
    socket.on('heartbeat', (beat) => this.#hear(beat));
  }

  #take(board: Board): void {
    this.#asked = false;
    this.#behind = null;
    this.board = board;
    void this.#renewal.seen(board.build);
  }

  #apply(change: Change): void {
    const next = this.board === null ? null : applyChange(this.board, change);
    if (next === null) this.#ask();
    else this.board = next;
  }

  #hear(beat: Heartbeat): void {
    if (!this.#contact.heard(beat)) return;
    void this.#renewal.seen(beat.build);
    const revision = this.board?.revision ?? -1;
    // A change may be on its way for 100 ms; the same revision behind at two heartbeats is a lost one.
    if (revision === beat.revision) this.#behind = null;
    else if (this.#behind === revision) this.#ask();
    else this.#behind = revision;
  }

  #ask(): void {
    if (this.#asked) return;
    this.#asked = true;
    this.#socket.emit('board');
  }
}
