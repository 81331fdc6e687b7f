import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandPath } from './capabilities.ts';
import { forget, releaseNow, remember } from './run-record.ts';

/** A file system to be mounted. */
export interface VolumePlan {
  /** In memory, or in a file by a loop device: as a disk has it, with blocks that are reserved for root. */
  type: 'tmpfs' | 'ext4';
  /** Decimal; a file system takes some of it for itself. */
  megabytes: number;
  /** How many files there may be at most; as many as there is room for unless told otherwise. */
  inodes?: number;
}

/** What a file system says of itself, as `statfs` has it and the kubelet tells it. */
export interface VolumeFigures {
  capacityBytes: number;
  availableBytes: number;
  usedBytes: number;
  inodes: number;
  inodesFree: number;
}

/** A small file system of its own on this machine: what a disk or an LVM volume is to a node, to be treated badly. */
export interface VolumePlace {
  /** Where it is mounted. */
  readonly path: string;
  figures(): VolumeFigures;
  /** Writes a file of so many bytes. */
  write(name: string, bytes: number): void;
  /** Writes until so much of it (0 to 100) cannot be had any more; what was written by this before is taken away first. */
  fillTo(percent: number): void;
  /** Makes so many empty files in a folder. */
  addFiles(folder: string, count: number): void;
  delete(name: string): void;
  /** Deletes all that is in it but what a fresh file system has. */
  empty(): void;
  /** As the kernel does it with a disk that fails; all that have it mounted are told. */
  setReadOnly(readOnly: boolean): void;
  /** Unmounts it and deletes what it is in. */
  remove(): void;
}

const filler = 'filler';
const chunkBytes = 1_000_000;

/** Mounts a file system that is empty. Needs root; it is gone at the latest when this process ends. Throws what `mount` says. */
export function createVolumePlace({ type, megabytes, inodes }: VolumePlan): VolumePlace {
  const directory = mkdtempSync(join(tmpdir(), 'clusterwall-volume-'));
  const path = join(directory, 'volume');
  mkdirSync(path);
  const held = remember({ what: 'directory', path: directory });
  const mounted = remember({ what: 'mount', path });
  const bytes = megabytes * 1_000_000;
  if (type === 'tmpfs') mount(['-t', 'tmpfs', '-o', `size=${bytes},nr_inodes=${inodes ?? 100_000}`, 'none', path]);
  else mount(['-o', 'loop', ext4Image(directory, bytes, inodes), path]);

  const write = (name: string, size: number) => {
    writeFileSync(join(path, name), '');
    for (let left = size; left > 0; left -= chunkBytes) {
      writeFileSync(join(path, name), Buffer.alloc(Math.min(left, chunkBytes), 1), { flag: 'a' });
    }
  };
  return {
    path,
    figures: () => figuresOf(path),
    write,
    fillTo(percent) {
      rmSync(join(path, filler), { force: true });
      const { capacityBytes, availableBytes } = figuresOf(path);
      write(filler, Math.max(0, availableBytes - capacityBytes * (1 - percent / 100)));
    },
    addFiles(folder, count) {
      mkdirSync(join(path, folder), { recursive: true });
      for (let i = 0; i < count; i += 1) writeFileSync(join(path, folder, `file-${i}`), '');
    },
    delete: (name) => rmSync(join(path, name), { recursive: true }),
    empty() {
      // What a fresh ext4 has.
      const names = readdirSync(path).filter((name) => name !== 'lost+found');
      for (const name of names) rmSync(join(path, name), { recursive: true, force: true });
    },
    setReadOnly: (readOnly) => mount(['-o', `remount,${readOnly ? 'ro' : 'rw'}`, path]),
    remove() {
      releaseNow(mounted);
      rmSync(directory, { recursive: true, force: true });
      forget(held);
    },
  };
}

function mount(args: readonly string[]): void {
  run('mount', args);
}

/** A file with an ext4 file system in it. */
function ext4Image(directory: string, bytes: number, inodes: number | undefined): string {
  const file = join(directory, 'disk.img');
  run('truncate', ['--size', String(bytes), file]);
  run(commandPath('mkfs.ext4') ?? 'mkfs.ext4', [
    '-q',
    '-F',
    ...(inodes === undefined ? [] : ['-N', String(inodes)]),
    file,
  ]);
  return file;
}

function run(command: string, args: readonly string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed: ${error?.message ?? stderr.trim()}`);
}

function figuresOf(path: string): VolumeFigures {
  const { bsize, blocks, bfree, bavail, files, ffree } = statfsSync(path);
  return {
    ...{ capacityBytes: blocks * bsize, availableBytes: bavail * bsize, usedBytes: (blocks - bfree) * bsize },
    ...{ inodes: files, inodesFree: ffree },
  };
}
