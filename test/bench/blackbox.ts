import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#test/cluster/free-port.ts';
import { until } from '#test/cluster/until.ts';
import type { ProbeTargets } from './probe-targets.ts';

const program = 'prometheus-blackbox-exporter';

/** A blackbox exporter of its own. */
export interface Blackbox {
  pid: number;
  /** What a Prometheus must be told to have it probe services every 30 s and registries every 10 s. */
  scrapes: object[];
  stop(): Promise<void>;
}

/** Throws with what to install where there is none. */
export function findBlackbox(): void {
  if (spawnSync(program, ['--version']).status === 0) return;
  throw new Error(`there is no blackbox exporter to compare with: "apt-get install ${program}"`);
}

/** Starts Debian's blackbox exporter, which trusts the authority of the targets. */
export async function startBlackbox({ services, registries, authority }: ProbeTargets): Promise<Blackbox> {
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-blackbox-'));
  const [configFile, authorityFile] = [join(directory, 'blackbox.json'), join(directory, 'authority.pem')];
  writeFileSync(authorityFile, authority);
  const http = { preferred_ip_protocol: 'ip4', tls_config: { ca_file: authorityFile } };
  const text = { fail_if_body_not_matches_regexp: ['Explore'], fail_if_body_matches_regexp: ['first run'] };
  const modules = {
    service: {
      prober: 'http',
      timeout: '10s',
      http: { ...http, ...text, compression: 'gzip', headers: { 'Accept-Encoding': 'gzip' } },
    },
    registry: { prober: 'http', timeout: '4s', http: { ...http, valid_status_codes: [200, 401] } },
  };
  // JSON is YAML.
  writeFileSync(configFile, JSON.stringify({ modules }));
  const address = `127.0.0.1:${await freePort()}`;
  const args = [`--config.file=${configFile}`, `--web.listen-address=${address}`, '--log.level=error'];
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'inherit'] });
  const ended = once(child, 'exit');
  await until('the blackbox exporter answers', async () => (await fetch(`http://${address}/-/healthy`)).ok);
  return {
    pid: child.pid!,
    scrapes: [
      scrape('service', services, '30s', address),
      scrape(
        'registry',
        registries.map((url) => `${url}v2/`),
        '10s',
        address,
      ),
    ],
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** As the exporter's own documentation says. */
function scrape(module: string, targets: string[], interval: string, address: string): object {
  return {
    ...{ job_name: module, scrape_interval: interval, scrape_timeout: module === 'service' ? '10s' : '4s' },
    ...{ metrics_path: '/probe', params: { module: [module] }, static_configs: [{ targets }] },
    relabel_configs: [
      { source_labels: ['__address__'], target_label: '__param_target' },
      { source_labels: ['__param_target'], target_label: 'instance' },
      { target_label: '__address__', replacement: address },
    ],
  };
}
