import { describe, expect, test } from 'vitest';
import { clusterOnly } from '#server/probes/cluster-only.ts';
import { isPublicRegistry } from '#server/probes/public-registries.ts';
import type { ConfiguredRegistry, RegistriesConfig } from '#server/probes/registry-config.ts';
import { mostImages, mostRegistries, wantedRegistries } from '#server/probes/wanted-registries.ts';

const config: RegistriesConfig = {
  ...{ discover: true, images: true, registries: [], addresses: [], resolver: '', authorities: [] },
};

function configured(part: Partial<ConfiguredRegistry> = {}): ConfiguredRegistry {
  return {
    ...{ name: 'home', url: 'https://registry.example', kind: 'v2', login: null, mirrors: [], images: true },
    ...{ everyMs: 10_000, timeoutMs: 4_000, address: '', resolver: '', authorities: [], verify: 'all' },
    ...part,
  };
}

const wanted = (images: string[], part: Partial<RegistriesConfig> = {}) =>
  wantedRegistries(images, { ...config, ...part });
const keys = (images: string[], part: Partial<RegistriesConfig> = {}) => wanted(images, part).map(({ key }) => key);

describe('hosts in the names of images', () => {
  test('are asked where they are private, by host, https and with their images by name', () => {
    const images = ['registry.example:5000/b:1', 'git.example/team/web@sha256:abc', 'registry.example:5000/a', 'nginx'];
    expect(wanted(images, { authorities: ['PEM'], resolver: '10.0.0.53' })).toEqual([
      {
        ...{ key: 'Registry/git.example', name: 'git.example', host: 'git.example', kind: 'v2', configured: false },
        ...{ mirrors: [], login: null, url: 'https://git.example', address: '', resolver: '10.0.0.53' },
        ...{ authorities: ['PEM'], verify: 'dates', everyMs: 10_000, timeoutMs: 4_000 },
        ...{ images: ['git.example/team/web@sha256:abc'], imagesLeftOut: 0 },
      },
      expect.objectContaining({
        ...{ key: 'Registry/registry.example:5000', url: 'https://registry.example:5000' },
        images: ['registry.example:5000/a', 'registry.example:5000/b:1'],
      }),
    ]);
  });

  test.each([
    ...['nginx', 'library/nginx:1', 'index.docker.io/library/nginx', 'ghcr.io/a/b', 'quay.io/a/b', 'gcr.io/a/b'],
    ...[
      'eu.gcr.io/a/b',
      'europe-docker.pkg.dev/a/b/c',
      'registry.k8s.io/pause:3.10',
      'k8s.gcr.io/pause',
      'lscr.io/a/b',
    ],
    ...['public.ecr.aws/a/b', '123.dkr.ecr.eu-west-1.amazonaws.com/a', 'mcr.microsoft.com/a', 'home.azurecr.io/a'],
    ...['registry.gitlab.com/a/b', 'codeberg.org/a/b', 'cr.fluentbit.io/a/b', 'docker.elastic.co/a/b', 'nvcr.io/a/b'],
    ...['registry.redhat.io/a', 'GHCR.io/a/b'],
  ])('are left to others where all the world uses them: %s', (image) => {
    expect(wanted([image])).toEqual([]);
  });

  test.each(['localhost:5000/a', 'localhost/a', '127.0.0.1:5000/a', '127.1.2.3/a:1', '[::1]:5000/a', '0.0.0.0:5000/a'])(
    'are not asked where each machine reaches another one there: %s',
    (image) => {
      expect(wanted([image])).toEqual([]);
    },
  );

  test('are asked where they look like public ones and are not', () => {
    expect(keys(['ghcr.io.example/a', 'docker.io.home.arpa/a', 'notquay.io/a', 'gitlab.example:5050/a/b'])).toEqual([
      'Registry/docker.io.home.arpa',
      'Registry/ghcr.io.example',
      'Registry/gitlab.example:5050',
      'Registry/notquay.io',
    ]);
  });

  test('are asked where only the cluster may know them: whoever does not know them will not tell', () => {
    expect(keys(['registry.tools.svc:5000/a', 'registry:5000/a'])).toHaveLength(2);
    for (const host of ['registry.tools.svc:5000', 'registry.tools.svc.cluster.local', 'registry:5000', 'registry']) {
      expect(clusterOnly(host), host).toBe(true);
    }
    for (const host of ['registry.example:5000', '10.0.0.5:5000', '[fd00::5]:5000', 'svc.example']) {
      expect(clusterOnly(host), host).toBe(false);
    }
  });

  test('are reached where the owner says', () => {
    const addresses = [{ host: '*.home.arpa', address: '10.0.0.5' }];
    expect(wanted(['registry.home.arpa:5000/a'], { addresses, resolver: '10.0.0.53' })).toMatchObject([
      { address: '10.0.0.5', resolver: '' },
    ]);
  });

  test('are one host in small letters, with the port of https or without', () => {
    expect(wanted(['Registry.Example/a:1', 'registry.example:443/b:1'])).toMatchObject([
      { key: 'Registry/registry.example', images: ['Registry.Example/a:1', 'registry.example:443/b:1'] },
    ]);
  });

  test('are not asked at all where discovery is off, and for no images where those are not wanted', () => {
    expect(wanted(['registry.example/a'], { discover: false })).toEqual([]);
    expect(wanted(['registry.example/a'], { images: false })).toMatchObject([{ images: [], imagesLeftOut: 0 }]);
  });

  test('that are no hosts, and names that no registry takes, are nothing', () => {
    const odd = [
      '',
      ':',
      '/',
      'a..example/b',
      'registry.example:99999/a',
      '10.0.0.300/a',
      '*.example/a',
      'x y.example/a',
    ];
    const hostile = [
      'registry.example/../../admin:1',
      'registry.example/a?x=1',
      'registry.example/A:1',
      'registry.example/a:..',
    ];
    expect(wanted([...odd, ...hostile, 'registry.example/a@sha256:abc/../x'])).toEqual([]);
  });
});

describe("the owner's registries", () => {
  test('come first in the order of the file, with all that is said of them and the images of their host', () => {
    const login = { user: 'anna', password: 'secret' };
    const harbor = configured({ name: 'harbor', url: 'https://harbor.example:8443', kind: 'harbor', login });
    const seen = wanted(['registry.example/a', 'harbor.example:8443/b', 'nas.example/c'], {
      registries: [harbor, configured()],
    });
    expect(seen.map(({ key, images }) => [key, images])).toEqual([
      ['Registry/harbor', ['harbor.example:8443/b']],
      ['Registry/home', ['registry.example/a']],
      ['Registry/nas.example', ['nas.example/c']],
    ]);
    expect(seen[0]).toMatchObject({
      host: 'harbor.example:8443',
      kind: 'harbor',
      configured: true,
      login,
      verify: 'all',
    });
  });

  test('cover the hosts whose images come through them, which are asked for no such images', () => {
    const registries = [configured({ mirrors: ['docker.io', 'Nas.example'] })];
    expect(wanted(['nas.example/a', 'nginx', 'registry.example/b'], { registries })).toMatchObject([
      { key: 'Registry/home', mirrors: ['docker.io', 'Nas.example'], images: ['registry.example/b'] },
    ]);
  });

  test('are not asked for images where the owner does not want that, nor public ones without a login', () => {
    expect(wanted(['registry.example/a'], { registries: [configured({ images: false })] })[0]?.images).toEqual([]);
    const hub = configured({ url: 'https://registry-1.docker.io' });
    expect(wanted(['nginx'], { registries: [hub] })).toMatchObject([{ host: 'docker.io', images: [] }]);
    const github = configured({ url: 'https://ghcr.io', login: { user: 'anna', password: 'token' } });
    expect(wanted(['ghcr.io/anna/a'], { registries: [github] })[0]?.images).toEqual(['ghcr.io/anna/a']);
  });

  test('may be on the machine of the wall, and are asked without any discovery', () => {
    const registries = [configured({ url: 'http://127.0.0.1:5000' })];
    expect(wanted(['127.0.0.1:5000/a'], { registries, discover: false })).toMatchObject([
      { host: '127.0.0.1:5000', url: 'http://127.0.0.1:5000', images: ['127.0.0.1:5000/a'] },
    ]);
  });
});

test('there are never more registries and images than can be asked', () => {
  const hosts = Array.from({ length: 200 }, (_, i) => `r${i}.example/a`);
  expect(wanted(hosts, { registries: [configured()] })).toHaveLength(mostRegistries);
  expect(wanted(hosts, { registries: [configured()] })[0]?.key).toBe('Registry/home');
  const images = Array.from({ length: mostImages + 234 }, (_, i) => `registry.example/a${i}:1`);
  expect(wanted(images)).toMatchObject([{ images: { length: mostImages }, imagesLeftOut: 234 }]);
});

test('a host is public with its port and in capitals too', () => {
  expect(isPublicRegistry('Docker.IO:443')).toBe(true);
  expect(isPublicRegistry('registry.example')).toBe(false);
});
