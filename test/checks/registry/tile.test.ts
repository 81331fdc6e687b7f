import { describe, expect, test } from 'vitest';
import tile from '#server/checks/registry/tile.ts';
import { aTlsServer } from '#test/builders/facts.ts';
import { sentence } from '#test/builders/judged.ts';
import { aRegistryImages, aRegistryProbe } from '#test/builders/services.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { noon } from '#test/builders/time.ts';
import { all, played, refused } from './pulling.ts';

const home = aRegistryProbe();
const lab = aRegistryProbe({ name: 'lab', host: 'lab.example', latencyMs: 130 });
const dead = aRegistryProbe({ name: 'lab', host: 'lab.example', outcome: 'down', trouble: 'refused' });

function figureOf(parts: SnapshotParts) {
  const figure = tile.figure(aSnapshot(parts));
  return figure && { ...figure, detail: sentence({ say: figure.detail }) };
}

describe('the figure of the registries', () => {
  test('is how many of them are up', () => {
    expect(figureOf({ registryProbes: [home, lab] })).toEqual({
      ...{ value: '2', rest: 'of 2 up', detail: 'all answer in under 200 ms' },
    });
    expect(figureOf({ registryProbes: [home, dead] })).toMatchObject({ value: '1', detail: 'lab does not answer' });
  });

  test('is none where there is no registry at all', () => {
    expect(figureOf({ ...all(played('web')) })).toBeNull();
  });

  test('says that a registry of the cluster is not asked', () => {
    expect(figureOf(all(played('images', { image: 'registry:3' })))).toEqual({
      ...{ value: '–', detail: 'images is not asked' },
    });
  });

  test('has beside it what deserves the line most', () => {
    const registryImages = [aRegistryImages()];
    expect(figureOf({ registryProbes: [home], registryImages })?.detail).toBe('all images there');
    const doubted = [aRegistryImages({ sureSince: noon })];
    expect(figureOf({ registryProbes: [home], registryImages: doubted })?.detail).toBe('0 of 1 images asked again');
    const first = [aRegistryImages({ images: [{ image: 'x', held: 'unknown', askedAt: null }], roundAt: null })];
    expect(figureOf({ registryProbes: [home], registryImages: first })?.detail).toBe('0 of 1 images asked');
    const gone = [aRegistryImages({ images: [{ image: 'registry.example/web:1.4', held: 'missing', askedAt: noon }] })];
    expect(figureOf({ registryProbes: [home], registryImages: gone })?.detail).toBe('1 image is missing');
    const failing = all(played('web', { pods: 7, failing: refused('registry.example/web:1.4') }));
    expect(figureOf({ registryProbes: [home, dead], registryImages: gone, ...failing })?.detail).toBe(
      '7 pods cannot pull',
    );
  });
});

describe('a row', () => {
  test('tells what is known of a registry', () => {
    const probe = aRegistryProbe({
      ...{ kind: 'harbor', login: 'accepted' },
      components: [
        { name: 'core', healthy: true, error: '' },
        { name: 'trivy', healthy: false, error: '' },
      ],
    });
    const snapshot = aSnapshot({
      ...all(played('web'), played('api')),
      registryProbes: [probe],
      registryImages: [aRegistryImages()],
      tlsServers: [aTlsServer({ name: 'registry.example' })],
    });
    expect(tile.cells({ kind: 'Registry', name: 'home' }, snapshot)).toEqual({
      ...{ name: 'home', host: 'registry.example', kind: 'Harbor', state: 'up', latency: 12, login: 'accepted' },
      ...{ components: '1 of 2', images: '1 of 1', workloads: 2, certificate: 182 },
    });
  });

  test('tells of images what was, and how many were asked for since', () => {
    const cellOf = (registryProbe: typeof home, sureSince: number | null) =>
      tile.cells(
        { kind: 'Registry', name: 'home' },
        aSnapshot({ registryProbes: [registryProbe], registryImages: [aRegistryImages({ sureSince })] }),
      )['images'];
    expect(cellOf(home, null)).toBe('1 of 1');
    expect(cellOf({ ...home, outcome: 'down' }, noon)).toBe('1 of 1 before it went down');
    expect(cellOf(home, noon)).toBe('0 of 1 asked again');
  });

  test('has every column, also of what is not asked, or is no registry', () => {
    const given = tile.columns.filter(({ measured }) => measured === undefined);
    const keys = given.map(({ key }) => key).toSorted();
    const subjects = [
      { kind: 'Registry', name: 'docker.io' },
      { kind: 'Deployment', namespace: 'default', name: 'redis' },
      { kind: 'Source', name: 'pods' },
    ];
    for (const subject of subjects) expect(Object.keys(tile.cells(subject, aSnapshot())).toSorted()).toEqual(keys);
    expect(tile.cells(subjects[0]!, aSnapshot())).toMatchObject({ name: 'docker.io', host: null, state: 'not asked' });
  });
});

describe('the series', () => {
  test('are how long each takes, and whether it is up', () => {
    const snapshot = aSnapshot({ registryProbes: [home, dead] });
    const read = tile.series!.map((rule) =>
      [...rule.read(snapshot)].map(({ subject, value }) => [subject?.name, value]),
    );
    expect(read).toEqual([
      [['home', 12]],
      [
        ['home', 100],
        ['lab', 0],
      ],
    ]);
  });
});

test('what still answers while the API is blind is counted', () => {
  const still = (parts: SnapshotParts) => {
    const told = tile.stillAnswers!(aSnapshot(parts));
    return told && sentence({ say: told });
  };
  expect(still({ registryProbes: [home, dead] })).toBe('1 of 2 registries still answer');
  expect(still({ registryProbes: [home] })).toBe('the registry still answers');
  expect(still({})).toBeNull();
  expect(still({ registryProbes: [home], sources: { registries: { fresh: false } } })).toBeNull();
});
