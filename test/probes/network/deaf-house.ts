import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** A server to which no connection comes about: what is sent to open one is dropped, as by a firewall. */
export interface DeafHouse {
  port: number;
  /** From now on it hears, what was waiting too, and answers each connection with `HTTP/1.1 200 OK` and "at last". */
  hear(): void;
}

/**
 * A real process that is stopped with the queue of its connections full, so that the kernel drops all that comes. Ends with
 * the test.
 */
export async function deafHouse(host: string): Promise<DeafHouse> {
  const child: ChildProcess = fork(join(import.meta.dirname, 'deaf-server.ts'), [host]);
  const sockets: Socket[] = [];
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    child.kill('SIGKILL');
  });
  const [port] = (await once(child, 'message')) as [number];
  child.kill('SIGSTOP');
  for (;;) {
    const socket = connect({ host, port }).on('error', () => socket.destroy());
    sockets.push(socket);
    const came = await Promise.race([once(socket, 'connect'), sleep(150, null)]);
    if (came === null) return { port, hear: () => void child.kill('SIGCONT') };
    if (sockets.length > 20) throw new Error('the queue is never full');
  }
}
