import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lacks } from './capabilities.ts';
import { clearLeftOvers } from './run-record.ts';
import { createVolumePlace, type VolumePlace } from './volume-place.ts';

// A launcher that has a file system mounted, says where, and waits to be ended.
const LAUNCHER = `
  const { createVolumePlace } = await import(process.argv[1] + '/volume-place.ts');
  console.log(createVolumePlace({ type: 'ext4', megabytes: 2 }).path);
  setInterval(() => undefined, 1000);
`;

describe.skipIf(lacks('small file systems as volumes', ['mounts']))('a small file system', () => {
  for (const type of ['tmpfs', 'ext4'] as const) {
    describe(type, () => {
      let place: VolumePlace;
      beforeAll(() => void (place = createVolumePlace({ type, megabytes: 16, inodes: 100 })));
      afterAll(() => place?.remove());

      const percent = () => {
        const { capacityBytes, availableBytes } = place.figures();
        return 100 * (1 - availableBytes / capacityBytes);
      };

      test('is filled as far as it is told to, and emptied', () => {
        expect(percent()).toBeLessThan(15);
        place.fillTo(90);
        expect(percent()).toBeCloseTo(90, -1);
        place.fillTo(97);
        expect(percent()).toBeGreaterThan(95);
        place.empty();
        expect(percent()).toBeLessThan(15);
      });

      test('has no more files than it was told', () => {
        const { inodes, inodesFree } = place.figures();
        expect(inodes).toBeLessThan(200);
        place.addFiles('many', inodesFree - 1);
        expect(place.figures().inodesFree).toBe(0);
        expect(() => place.write('one more', 1)).toThrow(/ENOSPC/);
        place.empty();
      });

      test('is read-only and writable again', () => {
        place.setReadOnly(true);
        expect(() => writeFileSync(join(place.path, 'a'), '')).toThrow(/EROFS/);
        place.setReadOnly(false);
        writeFileSync(join(place.path, 'a'), '');
        expect(readdirSync(place.path)).toContain('a');
      });

      test('leaves nothing behind', () => {
        place.remove();
        expect(existsSync(place.path)).toBe(false);
      });
    });
  }

  test('of a run that was killed is unmounted by the next one, and its loop device goes with it', async () => {
    const cache = process.env.XDG_CACHE_HOME;
    // Records of their own: those of a run that goes on beside this one are none of our business.
    process.env.XDG_CACHE_HOME = mkdtempSync(join(tmpdir(), 'clusterwall-volume-records-'));
    try {
      const launcher = spawn(process.execPath, ['--input-type=module', '-e', LAUNCHER, import.meta.dirname], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const [said] = (await once(launcher.stdout, 'data')) as [Buffer];
      const path = said.toString().trim();
      launcher.kill('SIGKILL');
      await once(launcher, 'exit');
      const mounted = () => readFileSync('/proc/self/mountinfo', 'utf8').includes(` ${path} `);
      expect(mounted()).toBe(true);
      expect(clearLeftOvers()).toContain(`cleared a left-over mount: ${path}`);
      expect(mounted()).toBe(false);
      expect(existsSync(path)).toBe(false);
      expect(spawnSync('losetup', ['--all'], { encoding: 'utf8' }).stdout).not.toContain(dirname(path));
    } finally {
      rmSync(process.env.XDG_CACHE_HOME, { recursive: true, force: true });
      if (cache === undefined) delete process.env.XDG_CACHE_HOME;
      else process.env.XDG_CACHE_HOME = cache;
    }
  });
});
