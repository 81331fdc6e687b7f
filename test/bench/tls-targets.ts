import { createServer } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { createCertificateAuthority } from '#test/cluster/certificates.ts';

/**
 * A process of real TLS servers, each with a certificate of its own under one authority. Tells its parent the authority and
 * the ports.
 */
const count = Number(process.env['TLS_SERVERS']);
const authority = await createCertificateAuthority('bench');
const ports = await Promise.all(
  Array.from({ length: count }, async (_, i) => {
    const name = `host-${i}.example`;
    const { certificate, key } = await authority.issue({ commonName: name, names: [name], usage: 'server' });
    const cert = `${certificate}\n${authority.certificate}`;
    const server = createServer({ cert, key }, (socket) => socket.on('error', () => socket.destroy()));
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  }),
);
process.send?.({ ports, authority: authority.certificate });
process.once('disconnect', () => process.exit(0));
