import { readFileSync } from 'node:fs';

/** What a process has written so far, bytes. */
export interface ProcessIo {
  /** Handed to the kernel, files and sockets alike. */
  handed: number;
  /** Pages that it caused to be written to storage; 0 where files are in memory only. */
  written: number;
}

/** Read from `/proc/PID/io`; throws where that may not be read. */
export function ioOf(pid: number): ProcessIo {
  const text = readFileSync(`/proc/${pid}/io`, 'utf8');
  const figure = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, 'm').exec(text)?.[1]);
  return { handed: figure('wchar'), written: figure('write_bytes') };
}
