import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { watchedAreas } from '#server/checks/areas.ts';
import type { Check } from '#server/engine/define-check.ts';
import { areas, isArea } from '#shared/area.ts';

const folder = join(import.meta.dirname, '../../server/checks');
const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
const files = folders.flatMap(({ name }) =>
  readdirSync(join(folder, name))
    .filter((file) => file.endsWith('.ts') && file !== 'tile.ts')
    .map((file) => `${name}/${file.replace(/\.ts$/, '')}`),
);
const checks = watchedAreas.flatMap((tile) => tile.checks);

describe('the folder of checks is the wall', () => {
  test('every folder is an area with a tile that is watched, in the order of the wall', () => {
    expect(folders.map(({ name }) => name).filter((name) => !isArea(name))).toEqual([]);
    const watched = watchedAreas.map(({ area }) => area);
    expect(watched.toSorted()).toEqual(folders.map(({ name }) => name).toSorted());
    expect(watched).toEqual(areas.filter((area) => watched.includes(area)));
  });

  test('every check file is listed by its tile, and every listed check has its file', async () => {
    expect(files.length).toBeGreaterThan(10);
    expect(checks.map(({ check }) => check).toSorted()).toEqual(files.toSorted());
    for (const file of files) {
      const module = (await import(join(folder, `${file}.ts`))) as { default: Check };
      expect(module.default.check, `${file} is named after its path`).toBe(file);
      expect(checks.includes(module.default), `${file} itself is listed`).toBe(true);
    }
  });

  test('a tile lists the checks of its own area only', () => {
    for (const { area, checks: listed } of watchedAreas) {
      expect(listed.filter(({ check }) => !check.startsWith(`${area}/`)).map(({ check }) => check)).toEqual([]);
    }
  });

  test.for(files)('%s has a test of its own', (file) => {
    expect(existsSync(join(import.meta.dirname, `${file}.test.ts`))).toBe(true);
  });
});

describe.for(checks)('$check', (check) => {
  test('says what it is about in one line, and so do its settings', () => {
    for (const about of [check.about, ...Object.values(check.settings).map((setting) => setting.about)]) {
      expect(about).toMatch(/^[^\n]{10,110}$/);
      expect(about).not.toMatch(/\.$/);
    }
  });

  test('has defaults within their bounds', () => {
    for (const setting of Object.values(check.settings)) {
      const { min = 0, max = Infinity } = setting as { min?: number; max?: number };
      expect(setting.default).toBeGreaterThanOrEqual(min);
      expect(setting.default).toBeLessThanOrEqual(max);
    }
  });

  test('explains by patterns that meet checks there are', () => {
    const names = [...checks.map((each) => each.check), ...areas.map((area) => `${area}/unseen`)];
    for (const pattern of (check.explains ?? []).flatMap((rule) => rule.checks)) {
      const regex = new RegExp(`^${pattern.replaceAll('*', '.*')}$`);
      expect(
        names.some((name) => regex.test(name)),
        pattern,
      ).toBe(true);
    }
  });
});
