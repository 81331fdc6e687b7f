import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { createCertificateAuthority } from '#test/cluster/certificates.ts';

/** Where the servers of the bench `probes` listen, all on 127.0.0.1, and the PEM of who has signed their certificates. */
export interface ProbeTargets {
  services: string[];
  registries: string[];
  authority: string;
}

const page = `<html><head><title>Explore</title></head><body>${'<p>A page as services show it.</p>'.repeat(500)}</body></html>`;
const packed = gzipSync(page);
const harbor = JSON.stringify({
  status: 'healthy',
  components: ['core', 'database', 'jobservice', 'portal', 'redis', 'registry', 'registryctl'].map((name) => ({
    name,
    status: 'healthy',
  })),
});

const asService: RequestListener = (_, answer) => {
  answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-encoding': 'gzip', server: 'bench' });
  answer.end(packed);
};
const asRegistry: RequestListener = ({ url }, answer) => {
  if (url?.endsWith('/health')) return void answer.setHeader('content-type', 'application/json').end(harbor);
  answer.writeHead(401, {
    'www-authenticate': 'Basic realm="bench"',
    'docker-distribution-api-version': 'registry/2.0',
    'content-type': 'application/json',
  });
  answer.end('{"errors":[{"code":"UNAUTHORIZED"}]}');
};

/**
 * A process of real servers, each with a certificate of its own under one authority, every fifth service without TLS. Tells its
 * parent `ProbeTargets`: `node probe-targets.ts SERVICES REGISTRIES`.
 */
const [services, registries] = process.argv.slice(2).map(Number);
const authority = await createCertificateAuthority('bench');

async function start(count: number, of: RequestListener, withoutTls: (i: number) => boolean): Promise<string[]> {
  return Promise.all(
    Array.from({ length: count }, async (_, i) => {
      const plain = withoutTls(i);
      const server: Server = plain ? createHttpServer(of) : await secure(`host-${i}.example`, of);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `${plain ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    }),
  );
}

async function secure(commonName: string, of: RequestListener): Promise<Server> {
  const { certificate, key } = await authority.issue({ commonName, names: [commonName, '127.0.0.1'], usage: 'server' });
  return createServer({ cert: `${certificate}\n${authority.certificate}`, key }, of) as unknown as Server;
}

const targets: ProbeTargets = {
  services: await start(services!, asService, (i) => i % 5 === 4),
  registries: await start(registries!, asRegistry, () => false),
  authority: authority.certificate,
};
process.send?.(targets);
process.once('disconnect', () => process.exit(0));
