import { describe, expect, test } from 'vitest';
import pullFailing from '#server/checks/registry/pull-failing.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { anEvent } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aRegistryProbe } from '#test/builders/services.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';
import { all, limited, notFound, played, refused, unauthorised, type Played } from './pulling.ts';

const image = (name: string) => `registry.example/${name}:1.4`;
const failing = (name: string, pods = 1, said = refused(image(name))) => played(name, { pods, failing: said });
const snapshotOf = (plays: Played[], parts: SnapshotParts = {}) => aSnapshot({ ...all(...plays), ...parts });
const told = (plays: Played[], parts: SnapshotParts = {}) =>
  judged(pullFailing, snapshotOf(plays, parts)).map((each) => sentence(each));
const downProbe: Partial<RegistryProbeFact> = { outcome: 'down', trouble: 'refused', misses: 3 };

describe('pulls that fail at one registry', () => {
  test('are one finding of the host and the cause, which counts the pods', () => {
    const plays = [failing('api', 3), failing('shop', 2), failing('wiki', 2), played('mail', { pods: 2 })];
    const verdict = theVerdict(pullFailing, snapshotOf(plays));
    expect(verdict).toMatchObject({
      ...{ level: 'bad', key: 'unreachable', subject: { kind: 'Registry', name: 'registry.example' } },
    });
    expect(sentence(verdict)).toBe('7 pods cannot pull from registry.example: it refuses connections');
  });

  test('are told of by the name that the owner gave the registry', () => {
    const probe = aRegistryProbe({ host: 'Registry.example:443' });
    const { subject } = theVerdict(pullFailing, snapshotOf([failing('api', 2)], { registryProbes: [probe] }));
    expect(subject).toEqual({ kind: 'Registry', name: 'home' });
  });

  test('of one pod alone are its own matter, unless the registry is known to be down', () => {
    expect(told([failing('api')])).toEqual([]);
    expect(told([failing('api')], { registryProbes: [aRegistryProbe()] })).toEqual([]);
    expect(told([failing('api')], { registryProbes: [aRegistryProbe(downProbe)] })).toEqual([
      '1 pod cannot pull from registry.example: it refuses connections',
    ]);
  });

  test('count from as many pods on as is set', () => {
    const snapshot = snapshotOf([failing('api', 2)]);
    expect(judged(pullFailing, snapshot, { settings: { pods: 3 } })).toEqual([]);
    expect(judged(pullFailing, snapshot, { settings: { pods: 2 } })).toHaveLength(1);
  });

  test('are two findings of two hosts or causes', () => {
    const hub = (name: string) => `docker.io/library/${name}:1`;
    const others = ['nginx', 'redis'].map((name) =>
      played(name, { image: hub(name), failing: refused(hub(name), 'registry-1.docker.io') }),
    );
    const expired = 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid';
    const untrusted = ['a', 'b'].map((name) => failing(name, 1, refused(image(name)).replace(/dial.*/, expired)));
    expect(told([failing('api', 2), ...others, ...untrusted])).toEqual([
      '2 pods cannot pull from Docker Hub: it refuses connections',
      '2 pods cannot pull from registry.example: it refuses connections',
      '2 pods cannot pull from registry.example: its certificate has expired',
    ]);
  });

  test('of a mirror are told of the mirror, with whose images nodes ask it for', () => {
    const plays = ['nginx', 'redis'].map((name) =>
      played(name, { image: name, failing: refused(name, 'mirror.example') }),
    );
    const verdict = theVerdict(pullFailing, snapshotOf(plays));
    expect(sentence(verdict)).toBe('2 pods cannot pull from mirror.example: it refuses connections');
    expect(evidenceOf(verdict)).toContain('nodes ask it for images of Docker Hub');
  });

  test('are only a warning while what is there goes on serving', () => {
    const { deployment, pods } = failing('api', 2);
    const old = played('api', { pods: 3 }).pods.map((pod) => ({
      ...pod,
      key: `${pod.key}-old`,
      uid: `${pod.uid}-old`,
    }));
    const part = { deployment: { ...deployment, wanted: 3 }, pods: [...pods, ...old] };
    expect(theVerdict(pullFailing, snapshotOf([part])).level).toBe('warn');
    expect(theVerdict(pullFailing, snapshotOf([part, failing('shop', 2)])).level).toBe('bad');
  });
});

describe('what is no fault of a registry', () => {
  test.for([
    ['a tag that is not there', notFound],
    ['a limit, of which registry/rate-limited tells', (name: string) => limited(name, 'registry.example')],
    ['a full disk', () => 'write /var/lib/x: no space left on device'],
  ] as const)('is not gathered: %s', ([, said]) => {
    const plays = ['api', 'shop', 'wiki'].map((name) => failing(name, 2, said(image(name))));
    expect(told(plays, { registryProbes: [aRegistryProbe(downProbe)] })).toEqual([]);
  });

  test('is a login that one workload lacks; that several lack it is', () => {
    expect(told([failing('api', 3, unauthorised(image('api')))])).toEqual([]);
    const both = ['api', 'shop'].map((name) => failing(name, 1, unauthorised(image(name))));
    expect(told(both)).toEqual(['2 pods cannot pull from registry.example: it does not accept the login']);
  });

  test('is one image that is missing or private, for however many workloads', () => {
    const denied = 'pull access denied, repository does not exist or may require authorization';
    const same = ['api', 'shop'].map((name) => played(name, { image: 'x.example/a:1', failing: denied }));
    expect(told(same)).toEqual([]);
    const several = ['api', 'shop'].map((name) => played(name, { image: `x.example/${name}:1`, failing: denied }));
    expect(told(several)).toEqual([
      '2 pods cannot pull images from x.example: it says that they are missing or private',
    ]);
  });
});

describe('the cause', () => {
  const trying = snapshotOf([failing('api', 2)]);
  const resting = snapshotOf([played('api', { pods: 2, failing: '', reason: 'ImagePullBackOff' })]);

  test('is remembered while containers only wait', () => {
    const { subjects, remember } = pullFailing.remembers!;
    const first = new Map([...subjects(trying)].map((key) => [key, remember(undefined, key, trying, 0)]));
    const memory = new Map([...subjects(resting)].map((key) => [key, remember(first.get(key), key, resting, 0)]));
    expect(judged(pullFailing, resting)).toEqual([]);
    expect(sentence(theVerdict(pullFailing, resting, { memory }))).toContain(
      '2 pods cannot pull from registry.example',
    );
  });

  test('and the time are taken from events before Kubernetes 1.32', () => {
    const events = [0, 1].map((n) =>
      anEvent({
        ...{ key: `e${n}`, reason: 'Failed', firstAt: noon - (5 + n) * minute },
        message: `Failed to pull image "${image('api')}": ${refused(image('api'))}`,
        about: { kind: 'Pod', namespace: 'default', name: `api-6c8d7-${n}` },
      }),
    );
    const plays = [played('api', { pods: 2, failing: '', reason: 'ImagePullBackOff' })];
    const verdict = theVerdict(pullFailing, snapshotOf(plays, { events }));
    expect(verdict.startedAt).toBe(noon - 6 * minute);
    expect(sentence(verdict)).toContain('it refuses connections');
  });
});

describe('pods whose registry answers again', () => {
  const tried = (agoMs: number, n = 0) =>
    anEvent({
      ...{ key: `e${n}`, reason: 'Failed', firstAt: noon - 20 * minute, lastAt: noon - agoMs },
      message: `Failed to pull image "${image('api')}": ${refused(image('api'))}`,
      about: { kind: 'Pod', namespace: 'default', name: `api-6c8d7-${n}` },
    });
  const since = (agoMs: number) => [aRegistryProbe({ outcomeSince: noon - agoMs })];
  const verdictOf = (parts: SnapshotParts) => theVerdict(pullFailing, snapshotOf([failing('api', 2)], parts));
  const fails = '2 pods cannot pull from registry.example: it refuses connections';
  const waits = 'registry.example answers now, 2 pods wait to pull from it again';

  test('and that have not tried since only wait for their next try, which may be hastened', () => {
    const verdict = verdictOf({ registryProbes: since(minute), events: [tried(3 * minute), tried(2 * minute, 1)] });
    expect(sentence(verdict)).toBe(waits);
    expect(verdict).toMatchObject({ level: 'bad', key: 'unreachable' });
    expect(evidenceOf(verdict)[0]).toBe('none has tried again since 11:58');
    expect(evidenceOf(verdict)).not.toContain('the wall reaches it, nodes do not');
    expect(commandsOf(verdict)[0]).toBe('kubectl -n default delete pod api-6c8d7-0');
  });

  test('are not told to be deleted where no controller would make another', () => {
    const { deployment, pods } = failing('api', 2);
    const bare = { deployment, pods: pods.map((pod) => ({ ...pod, owner: null })) };
    const parts = { registryProbes: since(minute), events: [tried(2 * minute)] };
    const verdict = theVerdict(pullFailing, snapshotOf([bare], parts));
    expect(sentence(verdict)).toBe(waits);
    expect(commandsOf(verdict)).toEqual([]);
  });

  test.for([
    ['one of them has tried since', { registryProbes: since(minute), events: [tried(2 * minute), tried(30_000, 1)] }],
    ['nobody knows when they tried', { registryProbes: since(minute) }],
    [
      'events are old',
      { registryProbes: since(minute), events: [tried(2 * minute)], sources: { events: { fresh: false } } },
    ],
    ['they must have tried meanwhile', { registryProbes: since(7 * minute), events: [tried(8 * minute)] }],
    ['the wall does not ask it', { events: [tried(2 * minute)] }],
    [
      'it is silent already',
      { registryProbes: [aRegistryProbe({ outcomeSince: noon - minute, misses: 1 })], events: [tried(2 * minute)] },
    ],
  ] as const satisfies readonly (readonly [string, SnapshotParts])[])('go on failing where %s', ([, parts]) => {
    expect(sentence(verdictOf(parts as SnapshotParts))).toBe(fails);
  });
});

describe('evidence', () => {
  test('says that the wall reaches it where that is so, and for sure', () => {
    const words = 'the wall reaches it, nodes do not';
    const said = (part: Partial<RegistryProbeFact>) =>
      evidenceOf(theVerdict(pullFailing, snapshotOf([failing('api', 2)], { registryProbes: [aRegistryProbe(part)] })));
    expect(said({})[0]).toBe(words);
    expect(said({ misses: 1 })).not.toContain(words);
    expect(said(downProbe)).not.toContain(words);
    const login = ['api', 'shop'].map((name) => failing(name, 1, unauthorised(image(name))));
    const other = theVerdict(pullFailing, snapshotOf(login, { registryProbes: [aRegistryProbe()] }));
    expect(evidenceOf(other)).not.toContain(words);
  });

  test('is what was said, whose pods, on which nodes, and which images', () => {
    const plays = [failing('api', 2), { ...played('shop', { failing: refused(image('shop')), node: 'nuc1' }) }];
    expect(evidenceOf(theVerdict(pullFailing, snapshotOf(plays)))).toEqual([
      'Head "https://registry.example/v2/x/manifests/1": dial tcp 10.0.0.5:443: connect: connection refused',
      'of api and shop',
      'on nuc0, nuc1',
      image('api'),
      image('shop'),
    ]);
  });

  test('is bounded', () => {
    const plays = Array.from({ length: 200 }, (_, i) => ({
      ...played(`w${i}`, { failing: refused(image(`w${i}`)), node: `node-${i}` }),
    }));
    const verdict = theVerdict(pullFailing, snapshotOf(plays));
    expect(sentence(verdict)).toContain('200 pods');
    expect(verdict.evidence!.length).toBeLessThan(20);
    expect(evidenceOf(verdict).every((each) => each.length < 400)).toBe(true);
  });
});

test('the first steps are those of a pull that fails there', () => {
  const verdict = theVerdict(pullFailing, snapshotOf([failing('api', 2)], { nodes: [aNode()] }));
  expect(commandsOf(verdict)).toEqual([
    'curl -sSI https://registry.example/v2/',
    'getent hosts registry.example',
    'curl -sSI https://registry.example/v2/',
    `k3s crictl pull ${image('api')}`,
    'kubectl -n default describe pod api-6c8d7-0',
  ]);
});

test('it explains the findings of these very workloads, and no others', () => {
  const odd = played('odd', { failing: notFound(image('odd')) });
  const snapshot = snapshotOf([failing('api', 2), failing('shop'), odd]);
  const cause = theVerdict(pullFailing, snapshot);
  const effect = (name: string) =>
    anEffect('workloads/image-cannot-be-pulled', {
      ...{ subject: { kind: 'Deployment', namespace: 'default', name }, level: 'bad' },
    });
  const explained = ['api', 'shop', 'odd'].map((name) => explains(pullFailing, cause, effect(name), snapshot));
  expect(explained).toEqual([true, true, false]);
});
