import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSources } from './sources.ts';

const product = readSources('shared', 'server', 'web');
const all = [...product, ...readSources('test')];

describe('files are named after what they hold', () => {
  test('modules are kebab-case, components PascalCase', () => {
    const odd = all
      .map(({ path }) => basename(path))
      .filter((name) => {
        if (name.endsWith('.svelte')) return !/^[A-Z][A-Za-z0-9]*\.svelte$/.test(name);
        return !/^[a-z0-9]+(-[a-z0-9]+)*(\.svelte|\.test|\.config)*\.ts$/.test(name);
      });
    expect(odd).toEqual([]);
  });

  test('no file is a drawer for whatever does not fit elsewhere', () => {
    const drawers = /(^|\/)(utils?|helpers?|common|misc|manager|service|base|index)(\.|\/)/;
    // Kubernetes calls it a Service, and one fact file holds one kind.
    const kind = 'server/facts/service.ts';
    expect(all.map(({ path }) => path).filter((path) => path !== kind && drawers.test(path))).toEqual([]);
  });

  test('files stay short enough to be read in one go', () => {
    const long = product.filter(({ text }) => text.split('\n').length > 300).map(({ path }) => path);
    expect(long).toEqual([]);
  });
});

describe('house rules that a linter does not know', () => {
  test('no enums, and default exports only in checks and configuration', () => {
    expect(all.filter(({ text }) => /^\s*(export\s+)?(const\s+)?enum\s/m.test(text)).map(({ path }) => path)).toEqual(
      [],
    );
    const defaults = product.filter(
      ({ text, path }) => /^export default/m.test(text) && !path.startsWith('server/checks/'),
    );
    expect(defaults.map(({ path }) => path)).toEqual([]);
  });

  test('no catch is empty or turns an error into an empty list', () => {
    const swallowing = /catch\s*(\([^)]*\))?\s*\{\s*\}|catch\(\(\)\s*=>\s*(\{\s*\}|undefined|null|\[\])/;
    expect(
      all.filter(({ text, path }) => !path.includes('architecture') && swallowing.test(text)).map(({ path }) => path),
    ).toEqual([]);
  });

  test('the page never renders markup from strings', () => {
    expect(product.filter(({ text }) => /\{@html|innerHTML/.test(text)).map(({ path }) => path)).toEqual([]);
  });
});
