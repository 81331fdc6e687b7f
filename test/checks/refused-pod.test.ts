import { describe, expect, test } from 'vitest';
import { bareRefusal, refusedName, refusedPod, refusedSteps, type RefusedLook } from '#server/checks/refused-pod.ts';

const forbidden = 'pods "web-5d4f8c7b9-x7k2p" is forbidden: ';

describe('a refused pod is explained in plain words', () => {
  test.for([
    [
      `${forbidden}exceeded quota: small, requested: requests.memory=1Gi, used: requests.memory=3968Mi, limited: requests.memory=4Gi`,
      'quota small is used up: requests.memory 1Gi wanted, 3968Mi of 4Gi used',
    ],
    [
      `create Pod harbor-database-0 in StatefulSet harbor-database failed error: pods "harbor-database-0" is forbidden: exceeded quota: small, requested: pods=1,requests.cpu=500m, used: pods=4,requests.cpu=1500m, limited: pods=4,requests.cpu=2`,
      'quota small is used up: pods 1 wanted, 4 of 4 used; requests.cpu 500m wanted, 1500m of 2 used',
    ],
    [
      `Error creating: ${forbidden}failed quota: mem-cpu: must specify limits.cpu for: nginx; limits.memory for: nginx`,
      'quota mem-cpu wants limits.cpu for: nginx; limits.memory for: nginx to be set',
    ],
    [
      'create Pod csi-attacher-0 in StatefulSet csi-attacher failed error: pods "csi-attacher-0" is forbidden: error looking up service account coder/csi-attacher: serviceaccount "csi-attacher" not found',
      'it needs ServiceAccount csi-attacher, which is not there',
    ],
    [
      `${forbidden}no PriorityClass with name high-priority was found`,
      'it needs PriorityClass high-priority, which is not there',
    ],
    [
      'admission webhook "policy.example.com" denied the request: image must come from registry.example',
      'the admission webhook policy.example.com refuses it: image must come from registry.example',
    ],
    ['admission webhook "a.b.c" denied the request', 'the admission webhook a.b.c refuses it'],
    [
      'Internal error occurred: failed calling webhook "mutate.example.com": failed to call webhook: Post "https://hook.policy.svc:443/mutate?timeout=10s": dial tcp 10.96.19.182:443: connect: connection refused',
      'the admission webhook mutate.example.com does not answer',
    ],
    [
      'Internal error occurred: failed calling webhook "mutate.example.com": failed to call webhook: Post "https://hook.policy.svc:443/": tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'the certificate of the admission webhook mutate.example.com is not accepted',
    ],
    [
      `${forbidden}ValidatingAdmissionPolicy 'no-latest' with binding 'all' denied request: tag latest is not allowed`,
      'the policy no-latest refuses it: tag latest is not allowed',
    ],
    [
      `${forbidden}violates PodSecurity "restricted:latest": runAsNonRoot != true (pod or container "web" must set it)`,
      'it breaks the Pod Security level restricted: runAsNonRoot != true (pod or container "web" must set it)',
    ],
    [
      `${forbidden}maximum cpu usage per Container is 800m, but limit is 1500m.`,
      'a LimitRange refuses it: maximum cpu usage per Container is 800m, but limit is 1500m',
    ],
    [
      `${forbidden}[maximum cpu usage per Container is 2, but limit is 4, maximum cpu usage per Pod is 4, but limit is 5]`,
      'a LimitRange refuses it: maximum cpu usage per Container is 2, but limit is 4',
    ],
    [
      `${forbidden}unable to create new content in namespace media because it is being terminated`,
      'its namespace media is being deleted',
    ],
    [
      'Pod "harbor-database-0" is invalid: spec.containers[0].env[2].valueFrom: Invalid value: "": may not be specified when `value` is not empty',
      'its template is not valid: spec.containers[0].env[2].valueFrom: Invalid value: "": may not be specified...',
    ],
    [`${forbidden}the moon is full`, 'the API says "the moon is full"'],
    ['', 'the API does not say why'],
  ] as const)('%s', ([message, words]) => {
    expect(refusedPod(message).words).toBe(words);
  });

  test('within bounds, whatever is said', () => {
    const lists = Array.from({ length: 100 }, (_, i) => `resource${i}=${'9'.repeat(50)}`).join(',');
    const quota = `exceeded quota: q, requested: ${lists}, used: ${lists}, limited: ${lists}`;
    expect(refusedPod(quota).words.length).toBeLessThan(500);
    expect(refusedPod('exceeded quota: q, requested: pods=1, used: , limited: x').words).toContain('the API says');
    expect(refusedPod('exceeded quota: q, requested: pods=1, used: x, limited: y').words).toBe(
      'quota q is used up: pods 1 wanted, ? of ? used',
    );
    expect(refusedPod('x'.repeat(100_000)).words.length).toBeLessThan(250);
  });
});

test('the pod that a StatefulSet could not create has a name', () => {
  const pod = 'create Pod web-1 in StatefulSet web failed error: no';
  const claim = 'create Claim data-web-2 for Pod web-2 in StatefulSet web failed error: no';
  expect([pod, claim, 'Error creating: no'].map(refusedName)).toEqual(['web-1', 'web-2', '']);
  expect([pod, claim, 'Error creating: no'].map(bareRefusal)).toEqual(['no', 'no', 'no']);
});

test('every trouble has a place to look, quoted', () => {
  const looks: RefusedLook[] = ['quota', 'limits', 'webhook', 'policy', 'namespace', 'service-account'];
  for (const look of looks)
    expect(refusedSteps({ words: '', look, name: 'x' }, 'default')[0]?.command).toMatch(/^kubectl /);
  expect(refusedSteps({ words: '', look: 'quota', name: 'a;b' }, "n'1")[0]?.command).toBe(
    "kubectl -n 'n'\\''1' describe resourcequota 'a;b'",
  );
  expect(refusedSteps({ words: '', look: null, name: '' }, 'default')).toEqual([]);
});

test.for([
  ['pods=1', 'pods=0', 'pods=0', 'quota none allows no pods'],
  ['requests.cpu=100m', 'requests.cpu=0', 'requests.cpu=0', 'quota none allows 0 of requests.cpu'],
  [
    'pods=1,requests.memory=1Gi',
    'pods=0,requests.memory=0',
    'pods=0,requests.memory=0Gi',
    'quota none allows no pods and 0 of requests.memory',
  ],
  ['pods=1,requests.cpu=1', 'pods=0,requests.cpu=2', 'pods=0,requests.cpu=2', 'quota none allows no pods'],
  ['pods=1', 'pods=10', 'pods=10', 'quota none is used up: pods 1 wanted, 10 of 10 used'],
] as const)('a quota of nothing is not called used up: %s of %s', ([requested, used, limited, words]) => {
  expect(refusedPod(`exceeded quota: none, requested: ${requested}, used: ${used}, limited: ${limited}`).words).toBe(
    words,
  );
});
