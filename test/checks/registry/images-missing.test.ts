import { describe, expect, test } from 'vitest';
import imagesMissing from '#server/checks/registry/images-missing.ts';
import type { ImageHeld, RegistryImagesFact } from '#server/facts/registry-images.ts';
import { commandsOf, evidenceOf, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aRegistryImages, aRegistryProbe } from '#test/builders/services.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { hour, minute, noon } from '#test/builders/time.ts';
import { all, notFound, played } from './pulling.ts';

const image = (name: string) => `registry.example/${name}:1.4`;
const images = (held: Record<string, ImageHeld>, part: Partial<RegistryImagesFact> = {}) =>
  aRegistryImages({
    images: Object.entries(held).map(([name, is]) => ({ image: image(name), held: is, askedAt: noon - hour })),
    ...part,
  });
const judgedOf = (fact: RegistryImagesFact, parts: SnapshotParts = {}) =>
  theVerdict(imagesMissing, aSnapshot({ registryImages: [fact], registryProbes: [aRegistryProbe()], ...parts }));
const told = (...given: Parameters<typeof judgedOf>) => {
  const verdict = judgedOf(...given);
  return [verdict.level, sentence(verdict)];
};

describe('a registry', () => {
  test('that holds all images is fine', () => {
    expect(told(images({ web: 'held', api: 'held' }))).toEqual([
      'ok',
      'registry home holds all 2 images that workloads refer to',
    ]);
    expect(told(aRegistryImages({ images: [] }))[1]).toBe('no workload takes an image from registry home');
  });

  test('that lacks images of what runs is bad, with the list of what to rebuild and for whom', () => {
    const fact = images({ web: 'missing', api: 'missing', wiki: 'held' });
    const same = played('shop', { image: image('api') });
    const verdict = judgedOf(fact, all(played('web'), played('api'), same));
    expect(verdict).toMatchObject({ level: 'bad', subject: { kind: 'Registry', name: 'home' } });
    expect(sentence(verdict)).toBe('registry home lacks 2 of 3 images that workloads refer to');
    expect(evidenceOf(verdict).slice(0, 2)).toEqual([`${image('api')}, for api and shop`, `${image('web')}, for web`]);
  });

  test('that lacks all is empty, and says so', () => {
    const fact = images({ web: 'missing', api: 'missing' });
    expect(told(fact, all(played('web')))).toEqual([
      'bad',
      'registry home is empty: it lacks all 2 images that workloads refer to',
    ]);
  });

  test('that lacks only what does not run is a warning', () => {
    const off = played('web', { pods: 0, part: { wanted: 0 } });
    expect(told(images({ web: 'missing', api: 'held' }), all(off))[0]).toBe('warn');
  });

  test('that is being asked tells what is known so far', () => {
    const asking = { askingSince: noon - minute };
    const fact = images({ web: 'missing', api: 'unknown' }, { ...asking, roundAt: null });
    expect(told(fact)[1]).toBe('registry home lacks 1 of 2 images that workloads refer to so far');
    expect(told(images({ web: 'held', api: 'unknown' }, asking))[1]).toBe('registry home holds all asked for so far');
  });

  test('is not fine before the first round is over', () => {
    const asked = [
      { image: image('web'), held: 'held' as const, askedAt: noon },
      { image: image('api'), held: 'unknown' as const, askedAt: null },
    ];
    const fact = aRegistryImages({ images: asked, roundAt: null, askingSince: noon - minute });
    // Nothing was sure before: no finding begins, and none of before is over.
    const told = (part: Partial<RegistryImagesFact>) => {
      const snapshot = aSnapshot({ registryImages: [{ ...fact, ...part }], registryProbes: [aRegistryProbe()] });
      const [verdict] = imagesMissing.judge(snapshot, {
        ...{ settings: {}, memory: new Map(), memoryOf: () => new Map(), moments: [] },
        trend: () => [],
      });
      return [verdict!.level, verdict!.unseen, sentence(verdict!)];
    };
    const sentenceNow = 'which images registry home holds is being asked: 1 of 2 so far';
    expect(told({})).toEqual(['unknown', true, sentenceNow]);
    expect(told({ roundAt: noon - hour, askingSince: null })).toEqual(['unknown', true, sentenceNow]);
    // A new image puts nothing in doubt that was asked for.
    expect(told({ roundAt: noon - hour })[0]).toBe('ok');
  });

  test('that came back is not fine before all were asked for again', () => {
    const back = (web: number, api: number, part: Partial<RegistryImagesFact> = {}) =>
      aRegistryImages({
        images: [
          { image: image('web'), held: 'held', askedAt: web },
          { image: image('api'), held: 'held', askedAt: api },
        ],
        ...{ roundAt: noon - hour, sureSince: noon - minute },
        ...part,
      });
    const again = (asked: number) =>
      `whether registry home still holds its images is being asked again: ${asked} of 2 so far`;
    expect(told(back(noon - hour, noon - hour))).toEqual(['unknown', again(0)]);
    expect(told(back(noon, noon - hour, { askingSince: noon - minute }))).toEqual(['unknown', again(1)]);
    // One that did not answer in its round is still in doubt.
    expect(told(back(noon, noon - hour, { roundAt: noon }))).toEqual(['unknown', again(1)]);
    expect(told(back(noon, noon, { roundAt: noon }))[0]).toBe('ok');
    const gone = { image: image('web'), held: 'missing' as const, askedAt: noon };
    const other = { image: image('api'), held: 'held' as const, askedAt: noon - hour };
    expect(told(back(noon, noon, { images: [gone, other] }), all(played('web')))).toEqual([
      'bad',
      'registry home lacks 1 of 2 images that workloads refer to so far',
    ]);
  });

  test('that cannot be asked is a notice, and unknown while it is down', () => {
    const fact = images({ web: 'unknown' }, { problem: 'it wants a login' });
    expect(told(fact)).toEqual(['notice', 'which images registry home holds is not known: it wants a login']);
    const down = aRegistryProbe({ outcome: 'down', trouble: 'refused' });
    expect(told(fact, { registryProbes: [down] })[0]).toBe('unknown');
    const held = images({ web: 'held' }, { problem: 'it does not answer' });
    expect(told(held, { registryProbes: [{ ...down, outcomeSince: noon - minute }] })).toEqual([
      'unknown',
      'registry home held 1 of 1 images before 11:59, and is to be asked again',
    ]);
    const partly = images({ web: 'unknown', api: 'held' }, { problem: 'it hides one' });
    expect(told(partly)).toEqual(['notice', 'whether registry home holds 1 of 2 images is not known: it hides one']);
  });

  test('that cannot be asked any more is still known to lack what it lacked', () => {
    const fact = images({ web: 'missing', api: 'held' }, { problem: 'it does not answer', leftOut: 12 });
    const verdict = judgedOf(fact, all(played('web')));
    expect(verdict.level).toBe('bad');
    expect(evidenceOf(verdict)).toContain('it cannot be asked now: it does not answer');
    expect(evidenceOf(verdict)).toContain('12 more images are not asked for');
  });
});

describe('the first steps', () => {
  const fact = images({ web: 'missing' });

  test('push what a node still has, then build and push the rest', () => {
    expect(commandsOf(judgedOf(fact, { ...all(played('web')), nodes: [aNode()] }))).toEqual([
      `k3s ctr images push ${image('web')}`,
      `docker push ${image('web')}`,
    ]);
    const plain = aNode({ kubeletVersion: 'v1.36.4' });
    expect(commandsOf(judgedOf(fact, { ...all(played('web')), nodes: [plain] }))[0]).toBe(
      `ctr -n k8s.io images push ${image('web')}`,
    );
  });

  test('let waiting pods try again', () => {
    const waiting = played('web', { failing: notFound(image('web')) });
    expect(commandsOf(judgedOf(fact, { ...all(waiting), nodes: [aNode()] }))).toEqual([
      `docker push ${image('web')}`,
      'kubectl -n default rollout restart deployment/web',
    ]);
  });

  test('do not push by a digest, which is another after a build', () => {
    const name = `registry.example/web@sha256:${'ab'.repeat(32)}`;
    const digest = aRegistryImages({ images: [{ image: name, held: 'missing', askedAt: noon }] });
    expect(commandsOf(judgedOf(digest))).toEqual([]);
  });
});
