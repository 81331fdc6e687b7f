import { expect, test } from 'vitest';
import { imageReference, registryName, wholeImage } from '#server/checks/image-reference.ts';

const digest = `sha256:${'a'.repeat(64)}`;

test.for([
  ['nginx', 'docker.io', 'library/nginx', 'latest', ''],
  ['nginx:1.29', 'docker.io', 'library/nginx', '1.29', ''],
  ['grafana/grafana:12.0', 'docker.io', 'grafana/grafana', '12.0', ''],
  ['docker.io/nginx', 'docker.io', 'library/nginx', 'latest', ''],
  ['index.docker.io/library/nginx:1', 'docker.io', 'library/nginx', '1', ''],
  ['registry.example/web:1.5', 'registry.example', 'web', '1.5', ''],
  ['127.0.0.1:5999/x:1', '127.0.0.1:5999', 'x', '1', ''],
  ['localhost/team/web', 'localhost', 'team/web', 'latest', ''],
  ['registry.example:5000/web', 'registry.example:5000', 'web', 'latest', ''],
  [`ghcr.io/a/b@${digest}`, 'ghcr.io', 'a/b', '', digest],
  [`ghcr.io/a/b:1@${digest}`, 'ghcr.io', 'a/b', '1', digest],
  ['', 'docker.io', 'library/', 'latest', ''],
] as const)('%s is read as Docker reads it', ([image, host, repository, tag, wanted]) => {
  expect(imageReference(image)).toEqual({ host, repository, tag, digest: wanted });
});

test('an image is written in full as container runtimes do', () => {
  expect(wholeImage('nginx')).toBe('docker.io/library/nginx:latest');
  expect(wholeImage(`ghcr.io/a/b@${digest}`)).toBe(`ghcr.io/a/b@${digest}`);
});

test('the many hosts of Docker Hub have one name', () => {
  expect(['docker.io', 'auth.docker.io', 'registry-1.docker.io', 'mydocker.io', 'ghcr.io'].map(registryName)).toEqual([
    'Docker Hub',
    'Docker Hub',
    'Docker Hub',
    'mydocker.io',
    'ghcr.io',
  ]);
});
