import { describe, expect, test } from 'vitest';
import imageCannotBePulled from '#server/checks/workloads/image-cannot-be-pulled.ts';
import type { ContainerFact } from '#server/facts/container.ts';
import { podFact, type PodFact } from '#server/facts/pod.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import { anEvent, aPod } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { hour, minute, noon } from '#test/builders/time.ts';
import { aContainer, aDeployment, aReplicaSet } from '#test/builders/workloads.ts';

const image = 'registry.example/web:1.5';
const unpack = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": `;
const missing = `rpc error: code = NotFound desc = ${unpack}${image}: not found`;
const refused = `${unpack}failed to do request: Head "https://registry.example/v2/web/manifests/1.5": dial tcp 10.0.0.5:443: connect: connection refused`;
const backOff = `Back-off pulling image "${image}"`;

const owner = { kind: 'ReplicaSet', name: 'web-5d4f8c7b9' };

function waiting(reason: string, message: string, part: Partial<ContainerFact> = {}): ContainerFact {
  return aContainer({ image, ready: false, state: { is: 'waiting', reason, message }, ...part });
}

/** Pod web-N of Deployment web that cannot pull. */
function failing(n: number, message = missing, reason = 'ErrImagePull', part: Partial<PodFact> = {}): PodFact {
  const containers = [waiting(reason, message)];
  const times = { readyChangedAt: noon - minute, createdAt: noon - hour };
  return aPod({ name: `web-${n}`, phase: 'Pending', ready: false, owner, containers, ...times, ...part });
}

const fine = (n: number, part: Partial<PodFact> = {}) => aPod({ name: `web-${n}`, owner, ...part });

function snapshotOf(pods: PodFact[], parts: SnapshotParts = {}): Snapshot {
  return aSnapshot({ deployments: [aDeployment()], replicaSets: [aReplicaSet()], nodes: [aNode()], pods, ...parts });
}

/** What is remembered after these snapshots, one after the other. */
function remembered(...snapshots: Snapshot[]): Map<string, unknown> {
  const { subjects, remember } = imageCannotBePulled.remembers!;
  let memory = new Map<string, unknown>();
  for (const snapshot of snapshots) {
    memory = new Map([...subjects(snapshot)].map((key) => [key, remember(memory.get(key), key, snapshot, 1_000)]));
  }
  return memory;
}

const told = (pods: PodFact[], parts: SnapshotParts = {}) =>
  sentence(theVerdict(imageCannotBePulled, snapshotOf(pods, parts)));

describe('a workload', () => {
  test('whose pods run is fine', () => {
    const verdict = theVerdict(imageCannotBePulled, snapshotOf([fine(1), fine(2)]));
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'web gets its images']);
  });

  test('without pods, or whose pods wait for something else, is fine', () => {
    const creating = failing(1, '', 'ContainerCreating');
    const crashing = failing(2, 'back-off 10s restarting failed container', 'CrashLoopBackOff');
    const silent = failing(3, '', 'x', { containers: [aContainer({ state: null })] });
    expect(theVerdict(imageCannotBePulled, snapshotOf([])).level).toBe('ok');
    expect(theVerdict(imageCannotBePulled, snapshotOf([creating, crashing, silent])).level).toBe('ok');
  });

  test('with one pod that cannot pull is bad at once, with the image and the cause', () => {
    const verdict = theVerdict(imageCannotBePulled, snapshotOf([failing(1)]));
    expect(verdict.level).toBe('bad');
    expect(sentence(verdict)).toBe('web cannot pull registry.example/web:1.5: there is no such tag or repository');
    expect(verdict.subject).toEqual({ kind: 'Deployment', namespace: 'default', name: 'web' });
    expect(imageCannotBePulled.for!({ for: 0 })).toBe(0);
  });

  test('with several pods is one finding that counts them', () => {
    const pods = [failing(1), failing(2), fine(3)];
    expect(told(pods)).toBe(
      'web: 2 of 3 pods cannot pull registry.example/web:1.5: there is no such tag or repository',
    );
  });

  test('with more pods than it wants says only how many cannot', () => {
    const why = 'cannot pull registry.example/web:1.5: there is no such tag or repository';
    const down = (n: number) => fine(n, { ready: false });
    expect(told([failing(1), fine(2), fine(3), down(4)])).toBe(`web: 1 pod ${why}`);
    expect(told([failing(1), failing(2), fine(3), fine(4)])).toBe(`web: 2 pods ${why}`);
  });

  test('whose old version serves as before is only a warning, and says so', () => {
    const tellingOf = (pods: PodFact[]) => {
      const verdict = theVerdict(imageCannotBePulled, snapshotOf(pods));
      return [verdict.level, sentence(verdict)];
    };
    const old = [2, 3, 4].map((n) => fine(n));
    expect(tellingOf([failing(1), ...old])).toEqual([
      'warn',
      'web: the new version cannot be pulled (registry.example/web:1.5: there is no such tag or repository); the old one goes on serving',
    ]);
    expect(tellingOf([failing(1), ...old.slice(1)])[0]).toBe('bad');
    expect(tellingOf([failing(1), ...old.slice(1), fine(5, { deletingAt: noon })])[0]).toBe('bad');
    const same = [2, 3, 4].map((n) => fine(n, { containers: [aContainer({ image })] }));
    expect(tellingOf([failing(1), ...same])).toEqual([
      'warn',
      'web: a new pod cannot pull registry.example/web:1.5 (there is no such tag or repository); the old ones go on serving',
    ]);
  });

  test.for([
    [refused, 'registry.example refuses connections'],
    [
      `${unpack}failed to do request: Head "https://registry.invalid/v2/web/manifests/1.5": dial tcp: lookup registry.invalid on 10.0.0.1:53: no such host`,
      "registry.invalid is not known to the node's DNS",
    ],
  ] as const)('says the cause in plain words: %s', ([message, words]) => {
    expect(told([failing(1, message)])).toBe(`web cannot pull registry.example/web:1.5: ${words}`);
    expect(told([failing(1, `${backOff}: ErrImagePull: ${message}`, 'ImagePullBackOff')])).toBe(
      `web cannot pull registry.example/web:1.5: ${words}`,
    );
  });

  test('whose init container lacks its image is bad as well', () => {
    const containers = [waiting('ErrImagePull', missing, { role: 'init' }), aContainer({ state: null })];
    expect(told([failing(1, '', '', { containers })])).toContain('web cannot pull');
  });

  test('whose failing pod is being deleted is fine', () => {
    expect(
      theVerdict(imageCannotBePulled, snapshotOf([failing(1, missing, 'ErrImagePull', { deletingAt: noon })])).level,
    ).toBe('ok');
  });

  test('is told apart from others, and pods of Jobs are not judged', () => {
    const bare = failing(9, missing, 'ErrImagePull', { owner: null, namespace: 'media' });
    const job = failing(8, missing, 'ErrImagePull', { owner: { kind: 'Job', name: 'backup' } });
    const verdicts = judged(imageCannotBePulled, snapshotOf([fine(1), bare, job]));
    expect(verdicts.map(({ subject, level }) => [subject.kind, subject.name, level])).toEqual([
      ['Deployment', 'web', 'ok'],
      ['Pod', 'web-9', 'bad'],
    ]);
  });

  test('with several images that fail speaks of the one most pods lack, and shows the others', () => {
    const sidecar = waiting('ErrImagePull', refused, { name: 'proxy', image: 'registry.example/proxy:2' });
    const both = failing(1, '', '', { containers: [sidecar, waiting('ErrImagePull', missing)] });
    const verdict = theVerdict(imageCannotBePulled, snapshotOf([both, failing(2)]));
    expect(sentence(verdict)).toContain('2 of 2 pods cannot pull registry.example/web:1.5');
    expect(evidenceOf(verdict)).toContain('nor registry.example/proxy:2: registry.example refuses connections');
  });
});

describe('the cause', () => {
  const pulling = snapshotOf([failing(1, missing)]);
  const resting = snapshotOf([failing(1, backOff, 'ImagePullBackOff')]);
  const event = anEvent({
    reason: 'Failed',
    message: `(combined from similar events): Failed to pull image "${image}": ${missing}`,
    about: { kind: 'Pod', namespace: 'default', name: 'web-1' },
    firstAt: noon - 10 * minute,
  });
  const wanted = 'web cannot pull registry.example/web:1.5: there is no such tag or repository';

  test('is kept while the container only waits for its next try', () => {
    const memory = remembered(pulling, resting, resting);
    expect(sentence(theVerdict(imageCannotBePulled, resting, { memory }))).toBe(wanted);
  });

  test('is taken from events before Kubernetes 1.32, and kept when these are gone', () => {
    const heard = snapshotOf([failing(1, backOff, 'ImagePullBackOff')], { events: [event] });
    expect(sentence(theVerdict(imageCannotBePulled, heard))).toBe(wanted);
    expect(sentence(theVerdict(imageCannotBePulled, resting, { memory: remembered(heard, resting) }))).toBe(wanted);
  });

  test('is not taken from events about a pod of the same name that was here before', () => {
    const old = { ...event, firstAt: noon - 3 * hour, lastAt: noon - 2 * hour };
    expect(told([failing(1, backOff, 'ImagePullBackOff')], { events: [old] })).toContain('why is not told');
  });

  test('that is not told is not made up', () => {
    expect(sentence(theVerdict(imageCannotBePulled, resting))).toBe(
      'web cannot pull registry.example/web:1.5: why is not told',
    );
  });

  test('changes with what is said', () => {
    const now = snapshotOf([failing(1, refused)]);
    expect(sentence(theVerdict(imageCannotBePulled, now, { memory: remembered(pulling, now) }))).toContain(
      'registry.example refuses connections',
    );
  });

  test('that was understood is not taken back by what nobody understands, but for another pod', () => {
    const odd = 'the cat sat on it';
    const same = snapshotOf([failing(1, odd)]);
    expect(sentence(theVerdict(imageCannotBePulled, same, { memory: remembered(pulling, same) }))).toBe(wanted);
    const other = snapshotOf([failing(1, odd, 'ErrImagePull', { uid: 'another' })]);
    expect(sentence(theVerdict(imageCannotBePulled, other, { memory: remembered(pulling, other) }))).toContain(odd);
  });

  test('of an image with a long name is found at the end of what is said', () => {
    const long = `registry.example/${'a/'.repeat(120)}web:1.5`;
    const twice = `failed to pull and unpack image "${long}": failed to resolve reference "${long}": ${long}: not found`;
    const message = `Back-off pulling image "${long}": ErrImagePull: rpc error: code = Unknown desc = ${twice}`;
    const raw = {
      metadata: { name: 'web-1', namespace: 'default' },
      spec: { containers: [{ name: 'web', image: long }] },
      status: {
        phase: 'Pending',
        containerStatuses: [{ name: 'web', state: { waiting: { reason: 'ImagePullBackOff', message } } }],
      },
    };
    expect(message.length).toBeGreaterThan(1_000);
    const pod = podFact(raw, 'pods')!;
    expect(sentence(theVerdict(imageCannotBePulled, aSnapshot({ pods: [pod] })))).toMatch(
      /: there is no such tag or repository$/,
    );
  });

  test('does not swing between nodes that say different things', () => {
    const ways = [failing(1, missing), failing(2, refused)];
    const memory = remembered(pulling, snapshotOf(ways.toReversed()));
    expect(sentence(theVerdict(imageCannotBePulled, snapshotOf(ways.toReversed()), { memory }))).toContain(
      'there is no such tag',
    );
  });

  test('is remembered per image while it lasts, and in the same object while nothing changes', () => {
    const once = remembered(pulling);
    expect([...once.keys()]).toEqual([`Deployment/default/web|${image}`]);
    const again = imageCannotBePulled.remembers!.remember([...once.values()][0], [...once.keys()][0]!, resting, 1_000);
    expect(again).toBe([...once.values()][0]);
    expect(remembered(pulling, snapshotOf([fine(1)])).size).toBe(0);
  });

  test('gives the time when pulling began to fail, where an event tells it', () => {
    expect(theVerdict(imageCannotBePulled, snapshotOf([failing(1)], { events: [event] })).startedAt).toBe(
      noon - 10 * minute,
    );
    expect(theVerdict(imageCannotBePulled, pulling)).not.toHaveProperty('startedAt');
  });
});

describe('evidence', () => {
  test('is what the registry said, and which pods on which nodes, bounded', () => {
    const pods = [1, 2, 3, 4, 5].map((n) => failing(n, refused));
    expect(evidenceOf(theVerdict(imageCannotBePulled, snapshotOf(pods)))).toEqual([
      'Head "https://registry.example/v2/web/manifests/1.5": dial tcp 10.0.0.5:443: connect: connection refused',
      'web-1 on nuc0, web-2 on nuc0, web-3 on nuc0, and 2 more',
    ]);
  });

  test('tells that the version before still runs, and how to go back', () => {
    const verdict = theVerdict(imageCannotBePulled, snapshotOf([failing(1), fine(2), fine(3)]));
    expect(evidenceOf(verdict)).toContain('the version before still runs in 2 pods');
    expect(commandsOf(verdict)).toContain('kubectl -n default rollout undo deployment/web');
    const one = theVerdict(imageCannotBePulled, snapshotOf([failing(1), fine(2)]));
    expect(evidenceOf(one)).toContain('the version before still runs in one pod');
    const alone = theVerdict(imageCannotBePulled, snapshotOf([failing(1)]));
    expect(commandsOf(alone).join()).not.toContain('undo');
  });

  test('names the pull secret that is not there', () => {
    const event = anEvent({
      reason: 'FailedToRetrieveImagePullSecret',
      message: 'Unable to retrieve some image pull secrets (regcred); attempting to pull the image may not succeed.',
      about: { kind: 'Pod', namespace: 'default', name: 'web-1' },
    });
    const verdict = theVerdict(imageCannotBePulled, snapshotOf([failing(1)], { events: [event] }));
    expect(evidenceOf(verdict)).toContain('Secret regcred for the registry is not there');
  });
});

describe('the first steps', () => {
  const steps = (message: string, part: SnapshotParts = {}, pod: Partial<PodFact> = {}) =>
    commandsOf(theVerdict(imageCannotBePulled, snapshotOf([failing(1, message, 'ErrImagePull', pod)], part)));

  test('fit the cause', () => {
    expect(steps(missing)).toEqual([
      'curl -s https://registry.example/v2/web/tags/list',
      'k3s crictl pull registry.example/web:1.5',
      'kubectl -n default describe pod web-1',
    ]);
    expect(steps(refused)).toContain('curl -sSI https://registry.example/v2/');
    expect(steps(`${unpack}pull access denied, repository does not exist or may require authorization`)).toContain(
      "kubectl -n default get pod web-1 -o 'jsonpath={.spec.imagePullSecrets[*].name}'",
    );
    expect(steps('write /var/lib/x: no space left on device')).toContain('df -h');
    expect(steps('x509: certificate signed by unknown authority')).toContain(
      'curl -svo /dev/null https://registry.example/v2/',
    );
    expect(steps('no match for platform in manifest: not found')).toContain('kubectl get nodes -L kubernetes.io/arch');
    expect(steps('429 Too Many Requests').length).toBeGreaterThan(1);
  });

  test('ask Docker Hub where it answers without a login', () => {
    const containers = [waiting('ErrImagePull', 'x: not found', { image: 'nginx:9.99' })];
    expect(steps('', {}, { containers })[0]).toBe('curl -s https://hub.docker.com/v2/repositories/library/nginx/tags');
  });

  test('fit the node', () => {
    const on = (node: Parameters<typeof aNode>[0]) => steps(refused, { nodes: [aNode(node)] });
    expect(on({ kubeletVersion: 'v1.36.4' })).toContain('crictl pull registry.example/web:1.5');
    const talos = on({ kubeletVersion: 'v1.36.4', osImage: 'Talos (v1.13.0)' });
    expect(talos).toContain('talosctl -n 192.168.1.10 image pull registry.example/web:1.5');
    expect(talos.join()).not.toContain('getent');
    expect(steps(refused, { nodes: [] })).toContain('crictl pull registry.example/web:1.5');
  });

  test('quote hostile names', () => {
    const containers = [waiting('InvalidImageName', 'x', { image: "web';reboot" })];
    const commands = steps('', {}, { containers });
    expect(commands).toEqual(['kubectl -n default describe pod web-1']);
    const odd = [waiting('ErrImagePull', 'x: not found', { image: "a.b/web';reboot" })];
    expect(steps('', {}, { containers: odd })[0]).toBe("curl -s 'https://a.b/v2/web'\\'';reboot/tags/list'");
  });
});

describe('odd data', () => {
  test('is told without making anything up', () => {
    const noImage = failing(1, '', '', { containers: [waiting('ErrImagePull', '', { image: '' })] });
    expect(told([noImage])).toBe('web cannot pull an image without a name: the node says "ErrImagePull"');
    const long = failing(1, 'x'.repeat(100_000), 'ErrImagePull', {
      containers: [waiting('ErrImagePull', 'x'.repeat(100_000), { image: 'y'.repeat(512) })],
    });
    expect(told([long]).length).toBeLessThan(400);
    const without = failing(1, missing, 'ErrImagePull', { node: null, createdAt: null });
    expect(evidenceOf(theVerdict(imageCannotBePulled, snapshotOf([without])))).toContain('web-1');
  });
});

test('it explains what is missing of the same workload, and nothing of another', () => {
  const snapshot = snapshotOf([failing(1)]);
  const cause = theVerdict(imageCannotBePulled, snapshot);
  const effect = (check: `workloads/${string}`, name = 'web') =>
    anEffect(check, { subject: { kind: 'Deployment', namespace: 'default', name }, level: 'bad' });
  for (const check of ['not-ready', 'replicas-missing', 'rollout-stuck', 'not-starting'] as const) {
    expect(explains(imageCannotBePulled, cause, effect(`workloads/${check}`), snapshot)).toBe(true);
    expect(explains(imageCannotBePulled, cause, effect(`workloads/${check}`, 'other'), snapshot)).toBe(false);
  }
  expect(explains(imageCannotBePulled, cause, effect('workloads/crash-looping'), snapshot)).toBe(false);
});
