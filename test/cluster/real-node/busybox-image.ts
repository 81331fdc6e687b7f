import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { arch } from 'node:os';
import { gzipSync } from 'node:zlib';
import { commandPath } from '../capabilities.ts';
import { tarArchive, type TarEntry } from './tar.ts';

/** A file of an image, found by its digest. */
export interface Blob {
  /** sha256:... */
  digest: string;
  content: Buffer;
}

/** An OCI image of one platform, ready to be pushed. */
export interface OciImage {
  manifest: Buffer;
  mediaType: string;
  /** All that the manifest names: the configuration and one layer. */
  blobs: readonly Blob[];
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIGURATION = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar+gzip';

/** What nobody listens to may sleep for ever: good enough for the container that holds a pod's network. */
const PAUSE = ['/bin/busybox', 'sleep', 'infinity'];

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64', arm: 'arm' };

let layer: { blob: Blob; diffId: string } | undefined;

/**
 * An image of Debian's static busybox with all its commands in /bin. Run as it is, it waits for ever. Another purpose makes
 * another image of the same files.
 */
export function busyboxImage(purpose = 'test'): OciImage {
  layer ??= busyboxLayer();
  const configuration = blobOf(
    json({
      architecture: ARCHITECTURES[arch()] ?? arch(),
      os: 'linux',
      config: { Env: ['PATH=/bin'], Cmd: PAUSE, Labels: { purpose } },
      rootfs: { type: 'layers', diff_ids: [layer.diffId] },
    }),
  );
  const manifest = json({
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: descriptor(CONFIGURATION, configuration),
    layers: [descriptor(LAYER, layer.blob)],
  });
  return { manifest, mediaType: MANIFEST, blobs: [configuration, layer.blob] };
}

function busyboxLayer() {
  const program = commandPath('busybox');
  if (program === undefined) throw new Error('images are built of busybox: install the package busybox-static');
  const commands = execFileSync(program, ['--list'], { encoding: 'utf8' }).split('\n').filter(Boolean);
  const entries: TarEntry[] = [
    { path: 'bin/', folder: true },
    { path: 'bin/busybox', content: readFileSync(program) },
    ...commands.filter((name) => name !== 'busybox').map((name) => ({ path: `bin/${name}`, linkTo: 'busybox' })),
    { path: 'tmp/', folder: true, mode: 0o1777 },
  ];
  const archive = tarArchive(entries);
  // Quick rather than small: it only crosses the loopback interface.
  return { blob: blobOf(gzipSync(archive, { level: 1 })), diffId: digestOf(archive) };
}

function blobOf(content: Buffer): Blob {
  return { digest: digestOf(content), content };
}

function digestOf(content: Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

function descriptor(mediaType: string, { digest, content }: Blob) {
  return { mediaType, digest, size: content.length };
}

function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value));
}
