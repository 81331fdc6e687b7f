import { describe, expect, test } from 'vitest';
import { readSources, type ImportLine, type Source } from './sources.ts';

const sources = readSources('shared', 'server', 'web');

/** Own files and packages of those below `folder` that `allowed` refuses, as "file -> target". */
function refused(folder: string, allowed: (target: string, line: ImportLine, source: Source) => boolean): string[] {
  const inside = sources.filter(({ path }) => path.startsWith(folder));
  expect(inside.length, `no sources in ${folder}`).toBeGreaterThan(0);
  return inside.flatMap((source) =>
    source.imports
      .filter((line) => !allowed(line.target, line, source))
      .map(({ target }) => `${source.path} -> ${target}`),
  );
}

const own = (target: string) => /^(shared|server|web|test)\//.test(target);
const within = (...folders: string[]) => {
  return (target: string) => folders.some((folder) => target.startsWith(folder));
};

describe('imports go one way', () => {
  test('shared imports shared only: no packages, no Node, no DOM', () => {
    expect(refused('shared/', within('shared/'))).toEqual([]);
  });

  test('facts import types only, of facts, and shared', () => {
    const allowed = within('shared/', 'server/facts/');
    expect(refused('server/facts/', (target) => allowed(target))).toEqual([]);
  });

  test('checks import their helpers from engine, fact types and shared, nothing else', () => {
    const allowed = within('shared/', 'server/engine/', 'server/facts/', 'server/checks/');
    // croner works out when a cron expression is due: no clock, no timer is asked of it.
    expect(refused('server/checks/', (target) => allowed(target) || target === 'croner')).toEqual([]);
    const values = refused('server/checks/', (target, { typeOnly }) => typeOnly || !target.startsWith('server/facts/'));
    expect(values, 'facts are types to a check').toEqual([]);
  });

  test('the engine knows neither cluster, probes, http, checks nor web', () => {
    const refusing = within('server/cluster/', 'server/probes/', 'server/http/', 'server/checks/', 'web/');
    expect(refused('server/engine/', (target, { typeOnly }) => typeOnly || !refusing(target))).toEqual([]);
    expect(refused('server/engine/', (target) => !within('server/cluster/', 'server/checks/', 'web/')(target))).toEqual(
      [],
    );
  });

  test('http is given views: it imports neither cluster nor checks, store nor engine', () => {
    const allowed = within('shared/', 'server/http/');
    expect(refused('server/http/', (target) => !own(target) || allowed(target))).toEqual([]);
  });

  test('cluster, probes and facts know nothing of what is right of the store', () => {
    const refusing = within('server/engine/', 'server/http/', 'server/checks/', 'server/history/', 'web/');
    for (const folder of ['server/cluster/', 'server/probes/']) {
      expect(refused(folder, (target) => !refusing(target))).toEqual([]);
    }
  });

  test('only main.ts and app.ts compose: no other file imports both a source of facts and the doors', () => {
    const composing = sources.filter(({ path, imports }) => {
      if (/^server\/(main|app)\.ts$/.test(path)) return false;
      const values = imports.filter(({ typeOnly }) => !typeOnly).map(({ target }) => target);
      return (
        values.some(within('server/cluster/', 'server/probes/')) &&
        values.some(within('server/http/', 'server/engine/'))
      );
    });
    expect(composing.map(({ path }) => path)).toEqual([]);
  });

  test('web takes from the server nothing but shared, and its parts import no socket', () => {
    expect(refused('web/', (target) => !own(target) || within('shared/', 'web/')(target))).toEqual([]);
    expect(refused('web/parts/', (target) => !target.startsWith('socket.io'))).toEqual([]);
    expect(
      refused('web/', (target, _, { path }) => path.startsWith('web/live/') || !target.startsWith('socket.io')),
    ).toEqual([]);
  });

  test('only config.ts and the entrance read the environment', () => {
    const readers = sources.filter(({ path, text }) => path.startsWith('server/') && /process\.env/.test(text));
    const allowed = /^server\/(config[\w-]*|main)\.ts$/;
    expect(readers.map(({ path }) => path).filter((path) => !allowed.test(path))).toEqual([]);
  });

  test('of client-node only the part that parses a kubeconfig is loaded', () => {
    const loaded = sources.flatMap(({ imports }) => imports).filter(({ target }) => target.startsWith('@kubernetes/'));
    expect(loaded.filter(({ target, typeOnly }) => !typeOnly && !target.endsWith('/config_types.js'))).toEqual([]);
    expect(loaded.length).toBeGreaterThan(0);
  });
});
