// Opens screens in a process of its own: `node screen-clients.mjs URL COUNT [deaf]`. Prints a line when all have their board,
// and on SIGUSR2 how many changes they have got since. Deaf ones stop reading once they are connected.
import { connect } from 'node:net';
import { io } from 'socket.io-client';

const [, , url, count, mode] = process.argv;
let changes = 0;

process.on('SIGUSR2', () => {
  process.stdout.write(`${JSON.stringify({ changes })}\n`);
  changes = 0;
});

// A socket that is not read keeps no process alive.
setInterval(() => undefined, 60_000);

const screens = Array.from({ length: Number(count) }, () => (mode === 'deaf' ? deaf() : reading()));
await Promise.all(screens);
process.stdout.write(`${JSON.stringify({ open: screens.length })}\n`);

function reading() {
  const socket = io(url, { transports: ['websocket'], forceNew: true });
  socket.on('change', () => (changes += 1));
  return new Promise((resolve) => socket.once('board', resolve));
}

/** A WebSocket by hand: the first bytes are read, then never again, and it connects anew when it is cut off. */
function deaf() {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = [
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1',
    `Host: ${hostname}:${port}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    'Sec-WebSocket-Version: 13',
  ];
  socket.write(`${head.join('\r\n')}\r\n\r\n`);
  socket.on('error', () => socket.destroy());
  socket.on('close', () => setTimeout(deaf, 100));
  return new Promise((resolve) =>
    socket.once('data', () => {
      // "40" (connect), masked with zeros as a client must.
      socket.write(Buffer.from([0x81, 0x82, 0, 0, 0, 0, 0x34, 0x30]));
      socket.pause();
      resolve();
    }),
  );
}
