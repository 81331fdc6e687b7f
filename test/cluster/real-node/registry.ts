import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { commandPath } from '../capabilities.ts';
import { createComponent, type Component } from '../component.ts';
import { freePort } from '../free-port.ts';
import type { OciImage } from './busybox-image.ts';

/** A container registry of its own on 127.0.0.1, over plain HTTP; killed it refuses, started again it has its images. */
export interface Registry extends Component {
  /** 127.0.0.1:PORT, with which its images' names begin. */
  readonly host: string;
  /** Puts an image there and returns its name for a pod, such as 127.0.0.1:5000/busybox:1. */
  push(repository: string, tag: string, image: OciImage): Promise<string>;
}

/** Starts Debian's docker-registry with an empty storage below the directory. */
export async function startRegistry(directory: string): Promise<Registry> {
  const port = await freePort();
  const host = `127.0.0.1:${port}`;
  const name = `registry-${port}`;
  const own = join(directory, name);
  mkdirSync(own, { recursive: true });
  const config = join(own, 'config.json');
  const storage = { filesystem: { rootdirectory: join(own, 'storage') }, delete: { enabled: true } };
  // JSON is YAML.
  writeFileSync(config, JSON.stringify({ version: '0.1', log: { level: 'warn' }, storage, http: { addr: host } }));
  const component = createComponent({
    name,
    command: commandPath('docker-registry') ?? 'docker-registry',
    flags: () => ['serve', config],
    logFile: join(directory, `${name}.log`),
    ready: async () => (await fetch(`http://${host}/v2/`)).ok,
  });
  await component.start();
  // Its getters, such as `running`, must stay getters.
  return Object.assign(Object.create(component) as Component, {
    host,
    push: (repository: string, tag: string, image: OciImage) => push(host, repository, tag, image),
  });
}

async function push(host: string, repository: string, tag: string, image: OciImage): Promise<string> {
  const base = `http://${host}/v2/${repository}`;
  for (const { digest, content } of image.blobs) {
    const begun = await ask('POST', `${base}/blobs/uploads/`);
    const upload = new URL(begun.headers.get('location') ?? '', base);
    upload.searchParams.set('digest', digest);
    await ask('PUT', upload.href, content, 'application/octet-stream');
  }
  await ask('PUT', `${base}/manifests/${tag}`, image.manifest, image.mediaType);
  return `${host}/${repository}:${tag}`;
}

async function ask(method: string, url: string, body?: Buffer, contentType?: string): Promise<Response> {
  const headers = contentType === undefined ? {} : { 'content-type': contentType };
  const answer = await fetch(url, { method, headers, ...(body && { body: new Uint8Array(body) }) });
  if (!answer.ok) throw new Error(`${method} ${url} was answered with ${answer.status}: ${await answer.text()}`);
  return answer;
}
