import { describe, expect, test } from 'vitest';
import { imageAnswer, type ImageAnswer } from '#server/probes/image-answer.ts';
import { RegistryImageList } from '#server/probes/registry-image-list.ts';
import { registryLimits } from '#server/probes/registry-limits.ts';
import { answered, unanswered } from './http-answers.ts';

const host = 'r.example';
const limits = registryLimits.images;
const minute = 60_000;
const at = (seconds: number) => ({ ms: seconds * 1_000, at: 1e12 + seconds * 1_000 });

/** A list whose images are asked for once a second, each answered by `says`. */
function play(images: string[]) {
  const list = new RegistryImageList(limits);
  let second = 0;
  const asked: string[] = [];
  const said = new Map<string, ImageAnswer>();
  const named = (names: string[]) => names.map((name) => `${host}/${name}`);
  list.follow(named(images), at(0));
  return {
    list,
    asked,
    /** What it answers for an image from now on; `held` unless told. */
    says: (name: string, answer: ImageAnswer) => void said.set(name, answer),
    follow: (names: string[]) => list.follow(named(names), at(second)),
    beginRound: () => list.beginRound(at(second)),
    /** Lets so many seconds pass; returns what was asked for. */
    pass(seconds: number): string[] {
      const from = asked.length;
      for (const end = second + seconds; second < end; second += 1) {
        const image = list.next(at(second));
        if (image === null) continue;
        const name = `${image.repository}:${image.reference}`;
        asked.push(name);
        list.answered(image, said.get(name) ?? 'held', digests[name] ?? '', at(second));
      }
      return asked.slice(from);
    },
    held: () => Object.fromEntries(list.told().images.map(({ image, held }) => [image.slice(host.length + 1), held])),
  };
}

const digests: Record<string, string> = { 'a:1': 'sha256:aaa' };

describe('the images of a registry', () => {
  test('are asked for one after the other, each once, and again after 6 h', () => {
    const { pass, held, list } = play(['a:1', 'b:1', 'c:1']);
    expect(list.told()).toMatchObject({ roundAt: null, askingSince: at(0).at, problem: '' });
    expect(held()).toEqual({ 'a:1': 'unknown', 'b:1': 'unknown', 'c:1': 'unknown' });
    expect(pass(10)).toEqual(['a:1', 'b:1', 'c:1']);
    expect(held()).toEqual({ 'a:1': 'held', 'b:1': 'held', 'c:1': 'held' });
    expect(list.told()).toMatchObject({ roundAt: at(2).at, askingSince: null });
    // Between rounds one every 5 min.
    const later = pass(6 * 3600 - 20);
    expect(later.length).toBeLessThanOrEqual(72);
    expect(new Set(later)).toEqual(new Set(['a:1', 'b:1', 'c:1']));
    expect(new Set(pass(30))).toEqual(new Set(['a:1', 'b:1', 'c:1']));
  });

  test('of a registry that came back are asked for again, first one of each repository, and in doubt until then', () => {
    const { pass, list, beginRound } = play(['a:1', 'a:2', 'b:1', 'b:2']);
    pass(10);
    expect(list.told().sureSince).toBeNull();
    list.news = 'none';
    list.doubt(at(10));
    expect(list.news).toBe('more');
    beginRound();
    expect(pass(2)).toEqual(['a:1', 'b:1']);
    const { sureSince, images } = list.told();
    expect(sureSince).toBe(at(10).at);
    expect(images.map(({ askedAt }) => (askedAt ?? 0) >= at(10).at)).toEqual([true, false, true, false]);
    expect(pass(5)).toEqual(['a:2', 'b:2']);
  });

  test('that are new are asked for at once, and those that are gone no more', () => {
    const { pass, follow, held } = play(['a:1', 'b:1']);
    pass(10);
    follow(['b:1', 'c:1']);
    expect(pass(2)).toEqual(['c:1']);
    expect(held()).toEqual({ 'b:1': 'held', 'c:1': 'held' });
  });

  test('are known by their digest too: what a tag holds need not be asked for again', () => {
    const { pass, held } = play(['a:1', 'a@sha256:aaa', 'a:2@sha256:aaa']);
    expect(pass(5)).toEqual(['a:1']);
    expect(held()).toEqual({ 'a:1': 'held', 'a:2@sha256:aaa': 'held', 'a@sha256:aaa': 'held' });
  });

  test('are asked for by their digest where they have one, and as latest where they have nothing', () => {
    expect(play(['x:3@sha256:fff', 'y']).pass(5)).toEqual(['x:sha256:fff', 'y:latest']);
  });
});

describe('an image that is missing', () => {
  test('is so at once if the registry says so in words, else at the second time', () => {
    const { pass, says, held } = play(['a:1', 'b:1']);
    says('a:1', 'missing');
    says('b:1', 'not-found');
    pass(2);
    expect(held()).toEqual({ 'a:1': 'missing', 'b:1': 'unknown' });
    expect(pass(1)).toEqual(['b:1']);
    expect(held()).toEqual({ 'a:1': 'missing', 'b:1': 'missing' });
  });

  test('is not so if only one asking did not find it', () => {
    const { pass, says, held } = play(['a:1']);
    says('a:1', 'not-found');
    pass(1);
    says('a:1', 'held');
    pass(1);
    expect(held()).toEqual({ 'a:1': 'held' });
  });

  test('is asked for every half minute for an hour, then every 2 min, so that a push shows', () => {
    const { pass, says, held } = play(['a:1']);
    says('a:1', 'missing');
    expect(pass(600).length).toBe(20);
    pass(3_600);
    expect(pass(600).length).toBe(5);
    says('a:1', 'held');
    pass(121);
    expect(held()).toEqual({ 'a:1': 'held' });
  });

  test('has all others asked for, if it was there before: the registry may be empty', () => {
    const { pass, says, held } = play(['a:1', 'b:1', 'c:1', 'd:1']);
    pass(10);
    for (const name of ['a:1', 'b:1', 'c:1', 'd:1']) says(name, 'missing');
    pass(limits.sampleMs / 1_000 + 5);
    expect(new Set(Object.values(held()))).toEqual(new Set(['missing']));
  });

  test('has all missing ones asked for once one of them is there again', () => {
    const { pass, says, held } = play(['a:1', 'b:1', 'c:1']);
    for (const name of ['a:1', 'b:1', 'c:1']) says(name, 'missing');
    pass(3_700 + 200);
    for (const name of ['a:1', 'b:1', 'c:1']) says(name, 'held');
    const from = pass(limits.missingMs / 1_000 + 3);
    expect(from.slice(-3)).toHaveLength(3);
    expect(held()).toEqual({ 'a:1': 'held', 'b:1': 'held', 'c:1': 'held' });
  });
});

describe('an answer that does not tell', () => {
  test('leaves what was known, and the image is asked for again after a minute', () => {
    const { pass, says, held, beginRound, list } = play(['a:1']);
    pass(5);
    says('a:1', 'no-answer');
    beginRound();
    expect(pass(30)).toEqual(['a:1']);
    expect(held()).toEqual({ 'a:1': 'held' });
    expect(list.told().askingSince).toBeNull();
    expect(pass(60)).toEqual(['a:1']);
  });

  test.each(['refused', 'denied'] as const)('for want of a login (%s) is said, and left at that', (answer) => {
    const { pass, says, held, list } = play(['a:1', 'b:1']);
    says('a:1', answer);
    pass(minute / 1_000);
    expect(held()).toEqual({ 'a:1': 'unknown', 'b:1': 'held' });
    expect(list.told().problem).toBe('it does not let the wall see 1 of them without another login');
  });

  test('for want of any login needs no asking at all', () => {
    const { list, held, pass } = play(['a:1', 'b:1']);
    list.refuse(at(0));
    list.hasProblem('it wants a login, and the wall has none');
    expect(pass(10)).toEqual([]);
    expect(held()).toEqual({ 'a:1': 'unknown', 'b:1': 'unknown' });
    expect(list.told()).toMatchObject({ askingSince: null, problem: 'it wants a login, and the wall has none' });
  });
});

test('what is new is told as news, what is only asked again as times', () => {
  const { list, pass, beginRound } = play(['a:1', 'b:1']);
  expect(list.news).toBe('more');
  list.news = 'none';
  pass(1);
  expect(list.news).toBe('more');
  pass(1);
  beginRound();
  list.news = 'none';
  pass(1);
  expect(list.news).toBe('times');
});

describe('an answer for an image', () => {
  const digest = { 'docker-content-digest': 'sha256:aaa' };
  const error = (code: unknown) => JSON.stringify({ errors: [{ code, message: 'x', detail: { Tag: 'x' } }] });

  test('says that it is held if a manifest answers, and not if a page does', () => {
    expect(imageAnswer(answered(200, { headers: digest }))).toBe('held');
    const index = { 'content-type': 'application/vnd.oci.image.index.v1+json' };
    expect(imageAnswer(answered(200, { headers: index }))).toBe('held');
    expect(imageAnswer(answered(200, { headers: { 'content-type': 'text/html' } }))).toBe('no-answer');
  });

  test('says that it is missing in the words of registries, or only that nobody found it', () => {
    for (const code of ['MANIFEST_UNKNOWN', 'NAME_UNKNOWN', 'NOT_FOUND']) {
      expect(imageAnswer(answered(404, { body: error(code) }))).toBe('missing');
    }
    for (const body of ['', '404 page not found', '{"errors":7}', error(7), error('OTHER'), '<html>']) {
      expect(imageAnswer(answered(404, { body })), body).toBe('not-found');
    }
  });

  test('says why it does not tell', () => {
    expect(imageAnswer(answered(401))).toBe('refused');
    expect(imageAnswer(answered(403))).toBe('denied');
    expect(imageAnswer(answered(429))).toBe('limited');
    expect(imageAnswer(answered(503))).toBe('no-answer');
    expect(imageAnswer(unanswered('silent'))).toBe('no-answer');
  });
});
