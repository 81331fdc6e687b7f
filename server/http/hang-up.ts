import type { Server } from 'node:http';
import type { Socket } from 'node:net';

// Long enough for a goodbye over Wi-Fi; a screen that sleeps would hold up the end for 30 s.
const goodbyeMs = 250;

/**
 * Follows the connections of a server, so that its end is quick. The way returned waits for `closing` (what says goodbye
 * to the screens and stops listening) and hangs up: at once where HTTP is spoken, after 250 ms where a screen does not
 * answer the goodbye. Without it Node waits up to a minute for a connection on which nothing was asked yet, which browsers
 * open in advance: it does not count them as idle.
 */
export function followConnections(http: Server): (closing: Promise<void>) => Promise<void> {
  const connections = new Set<Socket>();
  http.on('connection', (connection: Socket) => {
    connections.add(connection);
    connection.once('close', () => connections.delete(connection));
  });
  return async (closing) => {
    http.closeAllConnections();
    const impatient = setTimeout(() => {
      for (const connection of connections) connection.destroy();
    }, goodbyeMs);
    try {
      await closing;
    } finally {
      clearTimeout(impatient);
    }
  };
}
