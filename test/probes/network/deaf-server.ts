import { createServer, type AddressInfo } from 'node:net';

/** The process of `deafHouse`: `node deaf-server.ts HOST` tells its parent the port. */
const server = createServer((socket) => {
  socket.on('error', () => socket.destroy());
  socket.end('HTTP/1.1 200 OK\r\ncontent-length: 7\r\n\r\nat last');
});
server.listen({ host: process.argv[2]!, port: 0, backlog: 1 }, () =>
  process.send?.((server.address() as AddressInfo).port),
);
process.once('disconnect', () => process.exit(0));
