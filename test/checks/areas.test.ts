import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { watchedAreas } from '#server/checks/areas.ts';
import type { Check } from '#server/engine/define-check.ts';
import { areas, isArea } from '#shared/area.ts';
import { aNodeStats } from '#test/builders/facts.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';

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

describe('the series of all tiles', () => {
  const rules = watchedAreas.flatMap(({ area, series = [] }) => series.map((rule) => ({ area, rule })));
  const names = rules.map(({ rule }) => rule.series);

  test('have names of their own, in their area', () => {
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([]);
    expect(rules.filter(({ area, rule }) => !rule.series.startsWith(`${area}/`))).toEqual([]);
    // What comes after it is the subject.
    expect(names.filter((name) => name.includes('|'))).toEqual([]);
  });

  test('have a title for people, of a subject and without', () => {
    for (const { rule } of rules) {
      for (const subject of [null, { kind: 'Deployment', namespace: 'media', name: 'jellyfin' }])
        expect(rule.title(subject)).toMatch(/^[A-Z][^\n|/]{3,60}$/);
    }
  });

  test('have limits by a check with a warning or a bad', () => {
    const limited = rules.flatMap(({ rule }) => rule.limitsOf ?? []);
    expect(limited.length).toBeGreaterThan(3);
    for (const name of limited) {
      const settings = checks.find(({ check }) => check === name)?.settings ?? {};
      expect(
        Object.keys(settings).some((key) => key === 'warn' || key === 'bad'),
        name,
      ).toBe(true);
    }
  });

  test('are what trends are of, and such are never let go', () => {
    const snapshot = aSnapshot({ nodes: [aNode()], nodeStats: [aNodeStats({ imageDisk: aNodeStats().disk })] });
    const trends = checks.flatMap((check) => [...(check.trends?.series(snapshot) ?? [])]);
    expect(trends.length).toBeGreaterThan(1);
    const lasting = rules.filter(({ rule }) => rule.lasting === true).map(({ rule }) => rule.series);
    for (const name of trends) expect(lasting).toContain(name.split('|')[0]);
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
