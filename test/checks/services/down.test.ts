import { describe, expect, test } from 'vitest';
import down from '#server/checks/services/down.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { aTlsServer } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aService, aServiceProbe, aPodTemplate } from '#test/builders/services.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';
import { minute, noon } from '#test/builders/time.ts';
import { aDeployment } from '#test/builders/workloads.ts';

function failing(part: Partial<ServiceProbeFact>) {
  const probe = aServiceProbe({
    ...{ outcome: 'down', outcomeSince: noon - minute, misses: 2, status: null, server: '', title: '' },
    ...part,
  });
  return theVerdict(down, aSnapshot({ serviceProbes: [probe] }));
}

describe('a service that is down says why', () => {
  const reasons: [Partial<ServiceProbeFact>, string][] = [
    [{ trouble: 'refused', message: 'refused the connection' }, 'refused the connection'],
    [{ trouble: 'dns', message: 'no such name' }, 'its name cannot be resolved'],
    [{ trouble: 'timeout' }, 'does not answer'],
    [{ trouble: 'silent' }, 'takes the connection and says nothing'],
    [{ trouble: 'reset' }, 'breaks off the connection'],
    [{ trouble: 'unreachable', message: 'cannot be reached: no route to host' }, 'cannot be reached: no route to host'],
    [{ trouble: 'unreachable' }, 'cannot be reached'],
    [{ trouble: 'tls', message: 'its certificate expired on 30 Sep' }, 'its certificate expired on 30 Sep'],
    [{ trouble: 'tls', message: '' }, 'its certificate cannot be trusted'],
    [{ trouble: 'redirects', message: 'leads in a circle' }, 'leads in a circle'],
    [
      { trouble: 'dns', message: 'leads elsewhere: the name auth.example cannot be resolved' },
      'leads elsewhere: the name auth.example cannot be resolved',
    ],
    [{ trouble: 'not-http' }, 'what answers there does not speak HTTP'],
    [{ trouble: 'unexpected', message: 'broke off: bad packet' }, 'broke off: bad packet'],
    [{ trouble: 'unexpected' }, 'the probe fails'],
    [{ trouble: 'status', status: 503, server: 'nginx' }, 'answers 503 Service Unavailable from nginx'],
    [{ trouble: 'status', status: 500 }, 'answers 500 Internal Server Error'],
    [{ trouble: 'status', status: 599 }, 'answers 599'],
    [
      {
        trouble: 'status',
        status: 404,
        message: 'answers 404 Not Found (from Traefik itself: it knows no such host or path)',
      },
      'answers 404 Not Found from Traefik itself, which knows no such host or path',
    ],
    [
      {
        ...{ trouble: 'status', status: 404 },
        message: 'answers 404 Not Found (from nginx itself: it knows no such host or path), not 200 or 2xx',
      },
      'answers 404 Not Found from nginx itself, which knows no such host or path; it should answer 200 or 2xx',
    ],
    [
      { trouble: 'status', status: 418, message: "answers 418 I'm a Teapot, not 200", server: '' },
      'answers 418; it should answer 200',
    ],
    [
      { trouble: 'status', status: 302, message: 'answers 302 Found (from nginx), not 200 or 204' },
      'answers 302 Found from nginx; it should answer 200 or 204',
    ],
  ];

  test.for(reasons)('%o', ([part, why]) => {
    const verdict = failing(part);
    expect(verdict.level).toBe('bad');
    expect(sentence(verdict)).toBe(`git.example is down: ${why}`);
    expect(verdict.startedAt).toBe(noon - minute);
  });
});

describe('services/down', () => {
  test('says nothing bad of what is up or shows something else, and one miss changes nothing', () => {
    const serviceProbes = [
      aServiceProbe(),
      aServiceProbe({ host: 'one.example', misses: 1 }),
      aServiceProbe({ host: 'two.example', outcome: 'wrong-content', trouble: 'text-missing' }),
    ];
    expect(judged(down, aSnapshot({ serviceProbes })).map(({ level }) => level)).toEqual(['ok', 'ok', 'ok']);
    expect(judged(down, aSnapshot())).toEqual([]);
  });

  test('shows what was asked and what it leads to', () => {
    const verdict = failing({ trouble: 'status', status: 502, server: 'openresty', upAt: noon - 2 * minute });
    expect(evidenceOf(verdict)).toEqual([
      'asked https://git.example/ at 10.0.0.10:443',
      'last answer 502 Bad Gateway from openresty',
      'the last answer took 42 ms: DNS 1 ms, connecting 2 ms, TLS 8 ms, the first byte 30 ms',
      'last up at 11:58',
      'named by Ingress gitea/gitea',
      'leads to Service gitea/gitea',
    ]);
    expect(evidenceOf(failing({ upAt: null, trouble: 'refused', phases: null, address: '' }))).toContain(
      'not up since the wall started',
    );
  });

  test('has first steps, from the wall to the pods', () => {
    const labels = { app: 'gitea' };
    const snapshot = aSnapshot({
      serviceProbes: [aServiceProbe({ outcome: 'down', trouble: 'status', status: 503 })],
      services: [aService({ namespace: 'gitea', name: 'gitea' })],
      deployments: [aDeployment({ namespace: 'gitea', name: 'gitea', template: aPodTemplate({ labels }) })],
    });
    expect(commandsOf(theVerdict(down, snapshot))).toEqual([
      'curl -v --max-time 10 https://git.example/',
      'kubectl -n gitea describe ingress gitea',
      'kubectl -n gitea get endpointslices -l kubernetes.io/service-name=gitea',
      'kubectl -n gitea logs deployment/gitea --all-containers --tail=50',
    ]);
  });

  test('asks for what fits its trouble and its kind', () => {
    const configured = { namedBy: [], services: [], through: null };
    expect(commandsOf(failing({ trouble: 'dns' }))).toEqual(['getent hosts git.example']);
    expect(commandsOf(failing({ trouble: 'tls', ...configured }))[0]).toMatch(
      /^openssl s_client -connect git.example:443 -servername git.example /,
    );
    expect(commandsOf(failing({ is: 'tcp', host: '10.0.0.5', port: 22, trouble: 'refused', ...configured }))).toEqual([
      'nc -vz -w 5 10.0.0.5 22',
    ]);
    expect(commandsOf(failing({ is: 'host', host: 'nas', port: null, trouble: 'timeout', ...configured }))).toEqual([
      'ping -c 3 nas',
    ]);
  });

  test('quotes strangers’ words in commands, and keeps them on one line', () => {
    const verdict = failing({ url: "https://git.example/'; rm -rf /", trouble: 'unexpected', message: 'a\nb\u202Ec' });
    expect(commandsOf(verdict)[0]).toBe(`curl -v --max-time 10 'https://git.example/'\\''; rm -rf /'`);
    expect(sentence(verdict)).toBe('git.example is down: a bc');
  });

  test('is about the owner’s probe by its name', () => {
    const probe = aServiceProbe({ key: 'Probe/gitea', name: 'gitea', outcome: 'down', trouble: 'refused' });
    const verdict = theVerdict(down, aSnapshot({ serviceProbes: [probe] }));
    expect(verdict.subject).toEqual({ kind: 'Probe', name: 'gitea' });
    expect(sentence(verdict)).toBe('gitea is down: refused the connection');
  });

  test('explains that the same host shows no certificate, and no other', () => {
    const serviceProbes = [
      aServiceProbe({ key: 'Probe/gitea', name: 'gitea', outcome: 'down', trouble: 'refused' }),
      aServiceProbe({ host: 'up.example' }),
    ];
    const snapshot = aSnapshot({
      serviceProbes,
      tlsServers: [aTlsServer({ trouble: 'timeout' }), aTlsServer({ name: 'up.example', trouble: 'timeout' })],
    });
    const [cause] = judged(down, snapshot);
    const unshown = (name: string) =>
      anEffect('certificates/not-shown', { subject: { kind: 'Host', name }, level: 'unknown' });
    expect(explains(down, cause!, unshown('git.example'), snapshot)).toBe(true);
    expect(explains(down, cause!, unshown('up.example'), snapshot)).toBe(false);
  });

  test('explains no certificate that is not shown for another reason, and none to a probe by http', () => {
    const explained = (part: Partial<ServiceProbeFact>, trouble: 'not-tls' | 'dns' | 'refused') => {
      const serviceProbes = [aServiceProbe({ outcome: 'down', trouble: 'refused', ...part })];
      const snapshot = aSnapshot({ serviceProbes, tlsServers: [aTlsServer({ trouble })] });
      const subject = { kind: 'Host', name: 'git.example' };
      const unshown = anEffect('certificates/not-shown', { subject, level: 'unknown' });
      return explains(down, theVerdict(down, snapshot), unshown, snapshot);
    };
    expect(explained({}, 'refused')).toBe(true);
    expect(explained({ trouble: 'dns' }, 'dns')).toBe(true);
    expect(explained({}, 'not-tls')).toBe(false);
    expect(explained({}, 'dns')).toBe(false);
    expect(explained({ trouble: 'status', status: 503 }, 'refused')).toBe(false);
    expect(explained({ url: 'http://git.example:443/' }, 'refused')).toBe(false);
  });
});

describe('what leads to an address that is not asked', () => {
  const own = "leads to 127.0.0.1, an address of the wall's own machine, which is not asked";

  test('is not said to be down, where it is discovered', () => {
    const verdict = failing({ trouble: 'forbidden-address', message: own, host: 'localhost' });
    expect(verdict.level).toBe('notice');
    expect(sentence(verdict)).toBe(
      "localhost is not probed: it leads to 127.0.0.1, an address of the wall's own machine",
    );
    expect(commandsOf(verdict)).toEqual(['getent hosts localhost']);
    expect(evidenceOf(verdict).join()).not.toContain('is not asked');
  });

  test('is a warning with what permits it, where the owner names it', () => {
    const message =
      'leads elsewhere: 169.254.169.254 is an address of the link, of nobody or of many, which is not asked unless "linkLocal: true" is set in the configuration';
    const verdict = failing({ key: 'Probe/meta', name: 'meta', trouble: 'forbidden-address', message });
    expect(verdict.level).toBe('warn');
    expect(sentence(verdict)).toBe(
      'meta is not probed: it leads elsewhere: 169.254.169.254 is an address of the link, of nobody or of many',
    );
    expect(verdict.steps?.at(-1)?.say).toContain('"linkLocal: true" at this probe');
  });
});

describe('the steps', () => {
  const given = { address: '10.0.0.5:23304', phases: null, port: 23_304, url: 'https://evil.example:23304/' };

  test('ask at the address that the owner gives for a name', () => {
    const part = { ...given, host: 'evil.example', services: [], namedBy: [] };
    expect(commandsOf(failing({ ...part, trouble: 'tls', message: 'its certificate has expired' }))).toEqual([
      expect.stringMatching(/^openssl s_client -connect 10.0.0.5:23304 -servername evil.example /),
      'curl -v --max-time 10 --resolve evil.example:23304:10.0.0.5 https://evil.example:23304/',
    ]);
    expect(commandsOf(failing({ ...part, is: 'tcp', trouble: 'refused' }))).toEqual(['nc -vz -w 5 10.0.0.5 23304']);
  });

  test('of what speaks no TLS are about its scheme, not its certificate', () => {
    const verdict = failing({ key: 'Probe/git', trouble: 'tls', message: 'speaks no TLS' });
    expect(verdict.steps?.[0]?.say).toContain('Write http:// in the "url:"');
    expect(commandsOf(verdict).join()).not.toContain('openssl');
  });
});

test('the evidence does not repeat the sentence', () => {
  const verdict = failing({ trouble: 'refused', message: 'refused the connection' });
  expect(evidenceOf(verdict)).not.toContain('refused the connection');
  expect(evidenceOf(failing({ trouble: 'timeout', message: 'no connection within 10 s' }))).toContain(
    'no connection within 10 s',
  );
});
