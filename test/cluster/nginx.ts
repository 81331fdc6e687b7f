import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandPath } from './capabilities.ts';
import { startProcessGroup, type ProcessGroup } from './process-group.ts';
import type { Place } from './tls-server.ts';
import { until } from './until.ts';

/** Debian's nginx as an Ingress controller runs it: each host leads to a server behind it, all else is not found. */
export interface Nginx {
  readonly host: string;
  start(): Promise<void>;
  /** SIGKILL: connections are refused. */
  kill(): Promise<void>;
}

/** Writes its configuration into `directory` and starts it at this address, port 80. Needs root. */
export async function startNginx(
  host: string,
  behind: Readonly<Record<string, Place>>,
  directory: string,
): Promise<Nginx> {
  const home = join(directory, 'nginx');
  mkdirSync(home, { recursive: true });
  const file = join(home, 'nginx.conf');
  writeFileSync(file, configuration(host, behind, home));
  let running: ProcessGroup | undefined;
  const nginx: Nginx = {
    host,
    async start() {
      const args = ['-p', home, '-c', file, '-e', join(home, 'error.log')];
      const logFile = join(home, 'output.log');
      running = await startProcessGroup({ name: 'nginx', command: commandPath('nginx')!, args, logFile });
      await until('nginx answers', () => fetch(`http://${host}/`).then(({ status }) => status === 404));
    },
    async kill() {
      running?.signal('SIGKILL');
      await running?.ended;
    },
  };
  await nginx.start();
  return nginx;
}

function configuration(host: string, behind: Readonly<Record<string, Place>>, home: string): string {
  const servers = Object.entries(behind).map(([name, to]) => {
    return `server { listen ${host}:80; server_name ${name}; location / { proxy_pass http://${to.host}:${to.port}; } }`;
  });
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((of) => `${of}_temp_path ${home}/${of};`);
  return [
    `daemon off; worker_processes 1; pid ${home}/nginx.pid;`,
    'events { worker_connections 256; }',
    `http { access_log off; ${temporary.join(' ')} proxy_connect_timeout 2s;`,
    `server { listen ${host}:80 default_server; return 404; }`,
    ...servers,
    '}',
  ].join('\n');
}
