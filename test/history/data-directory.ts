import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { HistoryFile } from '#server/history/history-file.ts';

/** A directory for the histories of one test file, made anew for each test, and whatever opened something in it. */
export interface DataDirectory {
  path: string;
  /** The path of something in it; without a name that of the history. */
  file(name?: string): string;
  /** What was logged. */
  log: string[];
  /** A history in it (or in `folder`), closed after the test. */
  open(more?: { folder?: string; everyMs?: number; now?: () => number }): HistoryFile;
  /** Another process with a history on the directory, and what it said until now: at least a line. */
  process(mode: string): Promise<{ child: ChildProcess; lines: string[] }>;
  /** A disk of its own of so many KB. */
  smallDisk(kilobytes: number): string;
  /** Reads a database file without disturbing it. */
  peek(query: string, file?: string): Record<string, unknown>[];
}

export function useDataDirectory(): DataDirectory {
  const opened: HistoryFile[] = [];
  const children: ChildProcess[] = [];
  const mounted: string[] = [];
  const data: DataDirectory = {
    path: '',
    log: [],
    file: (name = 'clusterwall.db') => join(data.path, name),
    open({ folder = data.path, ...more } = {}) {
      const history = new HistoryFile({ directory: folder, log: (text) => data.log.push(text), ...more });
      opened.push(history);
      return history;
    },
    async process(mode) {
      const program = join(import.meta.dirname, 'keep-until-killed.ts');
      const child = spawn(process.execPath, [program, data.path, mode], { stdio: ['ignore', 'pipe', 'inherit'] });
      children.push(child);
      const lines: string[] = [];
      createInterface(child.stdout).on('line', (line) => lines.push(line));
      await vi.waitFor(() => expect(lines.length).toBeGreaterThan(0), 20_000);
      return { child, lines };
    },
    smallDisk(kilobytes) {
      const disk = data.file('disk');
      mkdirSync(disk);
      mount(['-t', 'tmpfs', '-o', `size=${kilobytes}k`, 'none', disk]);
      mounted.push(disk);
      return disk;
    },
    peek(query, file = data.file()) {
      const database = new DatabaseSync(file, { readOnly: true });
      const found = database.prepare(query).all();
      database.close();
      return found;
    },
  };

  beforeEach(() => {
    data.path = mkdtempSync(join(tmpdir(), 'clusterwall-data-'));
    data.log = [];
  });

  afterEach(() => {
    for (const history of opened.splice(0)) history.close();
    for (const child of children.splice(0)) child.kill('SIGKILL');
    for (const disk of mounted.splice(0)) spawnSync('umount', ['-l', disk]);
    rmSync(data.path, { recursive: true, force: true });
  });
  return data;
}

/** Mounts something; throws what mount says. */
export function mount(args: string[]): void {
  const { status, stderr } = spawnSync('mount', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`mount ${args.join(' ')}: ${stderr}`);
}

/** True if this process may mount file systems. */
export function canMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  const folder = mkdtempSync(join(tmpdir(), 'clusterwall-mount-'));
  const done = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', folder]).status === 0;
  if (done) spawnSync('umount', ['-l', folder]);
  rmSync(folder, { recursive: true, force: true });
  return done;
}

/** Writes into a file until the disk is full. */
export function fillDisk(name: string): void {
  try {
    for (;;) writeFileSync(name, Buffer.alloc(1_024), { flag: 'a' });
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOSPC');
  }
}
