import { expect, test } from 'vitest';
import { imageWords } from '#server/engine/image-words.ts';

const words = (before: string, after: string) => imageWords({ web: before }, { web: after });

test('an image change is told from tag to tag', () => {
  expect(words('lscr.io/linuxserver/jellyfin:10.10', 'lscr.io/linuxserver/jellyfin:10.11')).toBe('10.10 → 10.11');
  expect(words('registry:5000/web:1', 'registry:5000/web')).toBe('1 → latest');
});

test('of another repository it is told in full, without digests', () => {
  expect(words('gitea/gitea:1.24', 'forgejo/forgejo:12@sha256:0123456789abcdef')).toBe(
    'gitea/gitea:1.24 → forgejo/forgejo:12',
  );
});

test('where only the digest differs, by that', () => {
  expect(words('web@sha256:1111111122222222', 'web@sha256:3333333344444444')).toBe('sha256:11111111 → sha256:33333333');
  expect(words('web:1', 'web:1@sha256:3333333344444444')).toBe('no digest → sha256:33333333');
  expect(words('web:1', 'web@sha256:3333333344444444')).toBe('1 → sha256:33333333');
});

test('of several containers each that changed is named, at most three', () => {
  const before = { a: 'a:1', b: 'b:1', c: 'c:1', d: 'd:1', e: 'e:1', gone: 'x:1' };
  const after = { a: 'a:2', b: 'b:2', c: 'c:2', d: 'd:2', e: 'e:1', added: 'y:1' };
  expect(imageWords(before, after)).toBe('a 1 → 2, b 1 → 2, c 1 → 2, and 1 more');
});

test('containers that come or go change no image', () => {
  expect(imageWords({ a: 'a:1' }, { a: 'a:1', b: 'b:1' })).toBe('');
  expect(imageWords({ a: 'a:1', b: 'b:1' }, { a: 'a:1' })).toBe('');
});
