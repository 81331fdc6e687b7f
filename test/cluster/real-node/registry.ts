import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { join } from 'node:path';
import { commandPath } from '../capabilities.ts';
import { createComponent, type Component } from '../component.ts';
import { freePort } from '../free-port.ts';
import type { OciImage } from './busybox-image.ts';

/** How a registry is to be other than open to all over plain HTTP. */
export interface RegistryOptions {
  /** Certificate and key it shows, PEM. */
  tls?: { certificate: string; key: string };
  /** It wants this login, by Basic. */
  login?: typeof knownLogin;
  /** A port, where it must be known beforehand. */
  port?: number;
}

/** The one user whose password is written down as the registry wants it (bcrypt). */
export const knownLogin = {
  user: 'reader',
  password: 'open sesame',
  line: 'reader:$2b$04$zyzXohq2rDgCme/xgaVgCuj4cjgXHLKVkYAgiqXJpjynLdUtfAPTO',
};

/** A container registry of its own on 127.0.0.1; killed it refuses, started again it has its images. */
export interface Registry extends Component {
  /** 127.0.0.1:PORT, with which its images' names begin. */
  readonly host: string;
  readonly port: number;
  /** Puts an image there and returns its name for a pod, such as 127.0.0.1:5000/busybox:1. */
  push(repository: string, tag: string, image: OciImage): Promise<string>;
  /** Takes an image away, by its tag or digest; its blobs stay. */
  remove(repository: string, tag: string): Promise<void>;
  /** All that it holds is gone, as when its pod is made anew without a volume. It need not be stopped for it. */
  wipe(): void;
  /** An answer to any question, with the login. */
  ask(method: string, path: string): Promise<RegistryReply>;
}

/** What it said. */
export interface RegistryReply {
  status: number;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}

/** Starts Debian's docker-registry with an empty storage below the directory. */
export async function startRegistry(directory: string, options: RegistryOptions = {}): Promise<Registry> {
  const port = options.port ?? (await freePort());
  const host = `127.0.0.1:${port}`;
  const name = `registry-${port}`;
  const own = join(directory, name);
  mkdirSync(own, { recursive: true });
  const config = join(own, 'config.json');
  // JSON is YAML.
  writeFileSync(config, JSON.stringify(configuration(own, host, options)));
  const ask: Ask = (method, path, body, contentType) => askOnce(host, options, { method, path, body, contentType });
  const component = createComponent({
    name,
    command: commandPath('docker-registry') ?? 'docker-registry',
    flags: () => ['serve', config],
    logFile: join(directory, `${name}.log`),
    ready: async () => (await ask('GET', '/v2/')).status === 200,
  });
  await component.start();
  // Its getters, such as `running`, must stay getters.
  return Object.assign(Object.create(component) as Component, {
    ...{ host, port, ask },
    push: async (repository: string, tag: string, image: OciImage) => {
      await push(ask, repository, tag, image);
      return `${host}/${repository}:${tag}`;
    },
    remove: (repository: string, tag: string) => remove(ask, repository, tag),
    wipe: () => rmSync(join(own, 'storage', 'docker'), { recursive: true, force: true }),
  });
}

function configuration(own: string, addr: string, { tls, login }: RegistryOptions) {
  const file = (name: string, content: string): string => {
    writeFileSync(join(own, name), content);
    return join(own, name);
  };
  const shown = tls && { certificate: file('tls.crt', tls.certificate), key: file('tls.key', tls.key) };
  return {
    version: '0.1',
    log: { level: 'warn' },
    storage: { filesystem: { rootdirectory: join(own, 'storage') }, delete: { enabled: true } },
    http: { addr, ...(shown && { tls: shown }) },
    ...(login && { auth: { htpasswd: { realm: 'home', path: file('htpasswd', `${login.line}\n`) } } }),
  };
}

type Ask = (method: string, path: string, body?: Buffer, contentType?: string) => Promise<RegistryReply>;

async function push(ask: Ask, repository: string, tag: string, image: OciImage): Promise<void> {
  for (const { digest, content } of image.blobs) {
    const begun = await well(ask('POST', `/v2/${repository}/blobs/uploads/`));
    const upload = new URL(String(begun.headers['location']), 'http://registry.invalid');
    upload.searchParams.set('digest', digest);
    await well(ask('PUT', `${upload.pathname}${upload.search}`, content, 'application/octet-stream'));
  }
  await well(ask('PUT', `/v2/${repository}/manifests/${tag}`, image.manifest, image.mediaType));
}

async function remove(ask: Ask, repository: string, tag: string): Promise<void> {
  const { headers } = await well(ask('HEAD', `/v2/${repository}/manifests/${tag}`));
  await well(ask('DELETE', `/v2/${repository}/manifests/${String(headers['docker-content-digest'])}`));
}

async function well(asked: Promise<RegistryReply>): Promise<RegistryReply> {
  const reply = await asked;
  if (reply.status >= 300) throw new Error(`the registry answers ${reply.status}: ${reply.body}`);
  return reply;
}

interface Question {
  method: string;
  path: string;
  body: Buffer | undefined;
  contentType: string | undefined;
}

function askOnce(host: string, { tls, login }: RegistryOptions, question: Question): Promise<RegistryReply> {
  const { method, path, body, contentType = 'application/octet-stream' } = question;
  // All types of manifests: one that is not accepted is "not found".
  const accept = 'application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json';
  const options = {
    ...{ method, headers: { accept, ...(body && { 'content-type': contentType, 'content-length': body.length }) } },
    ...(login && { auth: `${login.user}:${login.password}` }),
    ...{ agent: false, rejectUnauthorized: false },
  };
  return new Promise((resolve, reject) => {
    const ask = tls ? requestTls : requestPlain;
    const sent = ask(`${tls ? 'https' : 'http'}://${host}${path}`, options, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: text }));
      answer.on('error', reject);
    });
    sent.on('error', reject).end(body);
  });
}
