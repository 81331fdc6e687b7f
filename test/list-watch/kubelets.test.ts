import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readyCondition } from '#test/builders/node.ts';
import { createCertificateAuthority, type CertificateAuthority } from '#test/cluster/certificates.ts';
import type { Answer, ApiStandIn } from '#test/connect/api-stand-in.ts';
import { put, serving, temporaryDirectory } from '#test/connect/house.ts';
import { kubeletPlay, nodeOf, statsOf, type KubeletPlay } from './kubelet-play.ts';

const hour = 3_600_000;
const kubeletRefusal = 'Forbidden (user=house, verb=get, resource=nodes, subresource(s)=[stats])';

/** Synced and fresh. */
const seen = (play: KubeletPlay, node = 'nuc0') => play.until(`${node} is seen`, () => play.source(node).fresh);

describe('the kubelet of a node', () => {
  test('is asked for what the node and its pods use, with our token', async () => {
    const play = await kubeletPlay();
    const kubelet = await play.kubelet('nuc0');
    play.nodes(nodeOf('nuc0', kubelet));
    await seen(play);
    expect(play.source()).toEqual({ state: 'synced', fresh: true, reason: '' });
    expect(play.fact()).toMatchObject({ key: 'nuc0', source: 'kubelet/nuc0', cpuCores: 0.5, pods: [{}, {}, {}] });
    expect(kubelet.asked[0]).toMatchObject({
      path: '/stats/summary',
      headers: { authorization: 'Bearer house-token' },
    });
    expect(play.right()).toMatchObject({
      feed: 'kubelet',
      granted: true,
      required: false,
      rule: { resource: 'nodes/stats' },
    });
    expect(play.api.asked).toEqual([]);
  });

  test('is asked again and again on one kept connection, and its figures follow', async () => {
    const play = await kubeletPlay();
    let asked = 0;
    const kubelet = await play.kubelet('nuc0', undefined, (_, answering) =>
      answering.end(statsOf('nuc0', (asked += 1))),
    );
    play.nodes(nodeOf('nuc0', kubelet));
    await play.until('it has been asked five times', () => play.fact()?.cpuCores === 5);
    expect(kubelet.connections()).toBe(1);
  });

  test.each([
    ['for its address', ['127.0.0.1']],
    ['for the name of its node alone', ['nuc0']],
  ])('is believed by a certificate of the cluster %s', async (_, names) => {
    const play = await kubeletPlay();
    const pair = await play.authority.issue({ commonName: 'system:node:nuc0', names, usage: 'server' });
    play.nodes(nodeOf('nuc0', await play.kubelet('nuc0', pair)));
    await seen(play);
  });

  test('is asked with our client certificate where we have one, and with no token', async () => {
    const authority = await createCertificateAuthority('people');
    const credential = await authority.issue({ commonName: 'anna', usage: 'client' });
    const play = await kubeletPlay({ credential });
    const kubelet = await play.kubelet('nuc0');
    play.nodes(nodeOf('nuc0', kubelet));
    await seen(play);
    expect(kubelet.clients).toEqual(['anna']);
    expect(kubelet.asked[0]?.headers['authorization']).toBeUndefined();
  });

  test('is one of several at one address, each at its own port, and each answers for itself', async () => {
    const play = await kubeletPlay();
    const names = ['nuc0', 'nuc1', 'nuc2'];
    const kubelets = await Promise.all(names.map((name) => play.kubelet(name)));
    play.nodes(...names.map((name, i) => nodeOf(name, kubelets[i]!)));
    await play.until('all are seen', () => names.every((name) => play.source(name).fresh));
    play.nodes(nodeOf('nuc0', kubelets[1]!), nodeOf('nuc1', kubelets[1]!), nodeOf('nuc2', kubelets[2]!));
    await play.until('the wrong one is found out', () => play.source('nuc0').state === 'failing');
    expect(play.source('nuc0').reason).toBe('the kubelet of nuc0 answers for nuc1');
    expect(play.source('nuc1').fresh).toBe(true);
  });

  test('is no more asked once its node is gone, and leaves nothing behind', async () => {
    const play = await kubeletPlay();
    const [gone, stays] = [await play.kubelet('nuc0'), await play.kubelet('nuc1')];
    play.nodes(nodeOf('nuc0', gone), nodeOf('nuc1', stays));
    await play.until('both are seen', () => play.source('nuc0').fresh && play.source('nuc1').fresh);
    play.nodes(nodeOf('nuc1', stays));
    await play.until('it is gone', () => play.source('nuc0').state === 'none');
    expect(play.facts().map(({ node }) => node)).toEqual(['nuc1']);
    const before = [gone.asked.length, stays.asked.length] as const;
    await play.until('the other is asked', () => stays.asked.length > before[1] + 3);
    expect(gone.asked.length).toBe(before[0]);
  });

  test('of a machine that took the name of another begins anew', async () => {
    const play = await kubeletPlay();
    const kubelet = await play.kubelet('nuc0');
    play.nodes(nodeOf('nuc0', kubelet));
    await seen(play);
    kubelet.answer = () => undefined;
    play.nodes(nodeOf('nuc0', kubelet, { uid: 'another' }));
    await play.until('nothing of the old one is left', () => play.facts().length === 0);
    expect(play.source().state).not.toBe('synced');
  });

  test('without an address is not asked, and says so', async () => {
    const play = await kubeletPlay();
    play.nodes(nodeOf('nuc0', { port: 1 }, { internalIp: null }));
    await play.until('it is said', () => play.source().state === 'unreachable');
    expect(play.source().reason).toBe('the node nuc0 names no internal address');
  });
});

describe('a kubelet whose certificate is not believed', () => {
  const strange = async (made: CertificateAuthority) => serving(made);
  const cases: [
    string,
    (house: CertificateAuthority, other: CertificateAuthority) => ReturnType<typeof serving>,
    RegExp,
  ][] = [
    [
      'because another authority has signed it',
      (_, other) => strange(other),
      /^the certificate of 127\.0\.0\.1:\d+ is not signed by the cluster's CA: set kubelets\.verify to false only if that was so from the beginning, for then anybody may answer$/,
    ],
    [
      'because it is for another name',
      (house) => house.issue({ commonName: 'nuc9', names: ['nuc9', '10.0.0.9'], usage: 'server' }),
      /^the certificate of 127\.0\.0\.1:\d+ is for another name: DNS:nuc9, IP Address:10\.0\.0\.9, and neither for nuc0 nor for its address: set kubelets\.verify to false/,
    ],
    [
      'because it has expired',
      (house) => serving(house, { notBefore: new Date(Date.now() - 2 * hour), notAfter: new Date(Date.now() - hour) }),
      /^the certificate of 127\.0\.0\.1:\d+ has expired$/,
    ],
    [
      'because it is a client certificate',
      (house) => house.issue({ commonName: 'nuc0', names: ['nuc0', '127.0.0.1'], usage: 'client' }),
      /^the certificate of 127\.0\.0\.1:\d+ is not signed by the cluster's CA/,
    ],
  ];

  test.each(cases)('%s is told nothing, no token least of all', async (_, issue, reason) => {
    const play = await kubeletPlay();
    const pair = await issue(play.authority, await createCertificateAuthority('stranger'));
    const kubelet = await play.kubelet('nuc0', pair);
    play.nodes(nodeOf('nuc0', kubelet));
    await play.until('it was tried several times', () => kubelet.tries() > 2 && play.source().state !== 'syncing');
    expect(play.source().state).toBe('untrusted');
    expect(play.source().reason).toMatch(reason);
    expect(kubelet.asked).toEqual([]);
    expect(play.facts()).toEqual([]);
  });

  test.each(cases)('%s is asked all the same where the owner says so', async (_, issue) => {
    const play = await kubeletPlay({ config: { verify: false } });
    const pair = await issue(play.authority, await createCertificateAuthority('stranger'));
    play.nodes(nodeOf('nuc0', await play.kubelet('nuc0', pair)));
    await seen(play);
  });

  test('is asked as soon as the configuration says so, and no more once it does not', async () => {
    const play = await kubeletPlay();
    const kubelet = await play.kubelet('nuc0', await serving(await createCertificateAuthority('stranger')));
    play.nodes(nodeOf('nuc0', kubelet));
    await play.until('it is not trusted', () => play.source().state === 'untrusted');
    play.kubelets.ask({ from: 'direct', verify: false });
    await seen(play);
    play.kubelets.ask({ from: 'direct', verify: true });
    expect(play.facts()).toEqual([]);
    const asked = kubelet.asked.length;
    await play.until('it is not trusted again', () => play.source().state === 'untrusted');
    expect(kubelet.asked.length).toBe(asked);
    play.kubelets.ask({ from: 'off', verify: true });
    expect([play.source().state, play.right()]).toEqual(['none', undefined]);
  });
});

describe('a kubelet that answers badly', () => {
  const cases: [string, number, string, string, string][] = [
    ['refuses us', 401, 'Unauthorized', 'unauthorized', 'the kubelet of nuc0 refuses our credentials (401)'],
    [
      ...(['has no right for us', 403, kubeletRefusal, 'forbidden'] as const),
      'we may not ask the kubelet of nuc0: the right to get nodes/stats is missing',
    ],
    ['knows no figures', 404, '404 page not found', 'failing', 'the kubelet of nuc0 has no figures (404)'],
    ['fails', 500, 'no stats', 'failing', 'the kubelet of nuc0 says 500 Internal Server Error: no stats'],
    ['writes a page', 200, '<html>', 'failing', 'the kubelet of nuc0 does not answer in JSON'],
    ['writes nothing', 200, '', 'failing', 'the kubelet of nuc0 does not answer in JSON'],
    ['tells nothing', 200, '{"node":{"nodeName":"nuc0"}}', 'failing', 'the kubelet of nuc0 tells nothing of its node'],
    ['writes no object', 200, 'null', 'failing', 'the kubelet of nuc0 tells nothing of its node'],
    ['writes without end', 200, 'x'.repeat(200_000), 'failing', 'the kubelet of nuc0 says more than 0.1 MB'],
  ];

  test.each(cases)('that %s (%d) says so in words, and is asked again', async (_, status, text, state, reason) => {
    const play = await kubeletPlay();
    const kubelet = await play.kubelet('nuc0', undefined, (_asked, answering) => answering.writeHead(status).end(text));
    play.nodes(nodeOf('nuc0', kubelet));
    await play.until('it is said', () => play.source().state === state);
    expect(play.source().reason).toBe(reason);
    expect(play.facts()).toEqual([]);
    kubelet.answer = (_asked, answering) => answering.end(statsOf('nuc0'));
    await seen(play);
    expect(play.right()?.granted).toBe(true);
  });

  test('that has no right for us tells which one is missing, until it is granted', async () => {
    const play = await kubeletPlay();
    const [one, other] = [await play.kubelet('nuc0'), await play.kubelet('nuc1')];
    for (const kubelet of [one, other]) kubelet.answer = (_, answering) => answering.writeHead(403).end(kubeletRefusal);
    play.nodes(nodeOf('nuc0', one), nodeOf('nuc1', other));
    await play.until('both refuse', () => ['nuc0', 'nuc1'].every((name) => play.source(name).state === 'forbidden'));
    expect(play.right()).toMatchObject({
      ...{ granted: false, required: false, rule: { group: '', resource: 'nodes/stats', verbs: ['get'] } },
      message: `403 Forbidden: ${kubeletRefusal}`,
    });
    one.answer = (_, answering) => answering.end(statsOf('nuc0'));
    await seen(play);
    expect(play.right()?.granted).toBe(false);
    other.answer = (_, answering) => answering.end(statsOf('nuc1'));
    await seen(play, 'nuc1');
    expect(play.right()?.granted).toBe(true);
  });

  test('that says nothing for too long, or stops in the middle, is not waited for', async () => {
    const play = await kubeletPlay({ limits: { answerMs: 60 } });
    const [silent, slow] = [await play.kubelet('nuc0'), await play.kubelet('nuc1')];
    silent.answer = () => undefined;
    slow.answer = (_, answering) => void answering.writeHead(200).write('{"node":');
    play.nodes(nodeOf('nuc0', silent), nodeOf('nuc1', slow));
    await play.until('both are given up', () =>
      ['nuc0', 'nuc1'].every((name) => play.source(name).state === 'unreachable'),
    );
    expect(play.source('nuc0').reason).toMatch(/^(connected to )?127\.0\.0\.1:\d+,? .*within 0\.[01]\d* s$/);
    expect(play.source('nuc1').reason).toMatch(/^127\.0\.0\.1:\d+ gave no whole answer within 0\.06 s$/);
  });

  test('that is not there is unreachable with its address and port', async () => {
    const play = await kubeletPlay();
    const kubelet = await play.kubelet('nuc0');
    await kubelet.stop();
    play.nodes(nodeOf('nuc0', kubelet));
    await play.until('it is said', () => play.source().state === 'unreachable');
    expect(play.source().reason).toBe(`127.0.0.1:${kubelet.port} refused the connection`);
  });
});

describe('what was seen before', () => {
  test('is believed while it is young, and greys that node alone once it is old', async () => {
    const play = await kubeletPlay({ limits: { staleAfterMs: 400 } });
    const [dies, lives] = [await play.kubelet('nuc0'), await play.kubelet('nuc1')];
    play.nodes(nodeOf('nuc0', dies), nodeOf('nuc1', lives));
    await play.until('both are seen', () => play.source('nuc0').fresh && play.source('nuc1').fresh);
    await dies.stop();
    const diedAt = Date.now();
    await play.until('it is not fresh', () => !play.source('nuc0').fresh);
    expect(Date.now() - diedAt).toBeGreaterThan(250);
    await play.until('it is told why', () => play.source('nuc0').state === 'unreachable');
    expect(play.source('nuc0').reason).toContain('refused the connection');
    expect(play.fact('nuc0')?.cpuCores).toBe(0.5);
    expect(play.source('nuc1').fresh).toBe(true);
  });

  test('is forbidden at once when the right is taken away', async () => {
    const play = await kubeletPlay({ limits: { staleAfterMs: 60_000 } });
    const kubelet = await play.kubelet('nuc0');
    play.nodes(nodeOf('nuc0', kubelet));
    await seen(play);
    kubelet.answer = (_, answering) => answering.writeHead(403).end(kubeletRefusal);
    await play.until('it is forbidden', () => play.source().state === 'forbidden' && play.right()?.granted === false);
  });

  test('does not turn into a refusal of ours while the API, which kubelets ask about us, is away', async () => {
    const play = await kubeletPlay({ limits: { staleAfterMs: 200 } });
    const kubelet = await play.kubelet('nuc0');
    play.nodes(nodeOf('nuc0', kubelet));
    await seen(play);
    play.gate.set(false, 'the API refused the connection');
    kubelet.answer = (_, answering) => answering.writeHead(401).end('Unauthorized');
    await play.until('it is told', () => play.source().reason.includes('in trouble'));
    expect(play.source()).toMatchObject({
      state: 'unauthorized',
      reason: 'the kubelet of nuc0 refuses us while the API is in trouble: the API refused the connection',
    });
    expect(play.right()?.granted).toBe(true);
    play.gate.set(true, '');
    const own = 'the kubelet of nuc0 refuses our credentials (401)';
    await play.until('it is about us again', () => play.source().reason === own);
    kubelet.answer = (_, answering) => answering.end(statsOf('nuc0'));
    await seen(play);
  });

  test('and was lost with the API is asked at once when the API is back', async () => {
    const backOff = { baseMs: 60_000, mostMs: 60_000, forgetMs: 600_000 };
    const play = await kubeletPlay({ limits: { backOff } });
    play.gate.set(false, 'the API refused the connection');
    const refuse: Answer = (_, answering) => void answering.writeHead(401).end('Unauthorized');
    const kubelet = await play.kubelet('nuc0', undefined, refuse);
    play.nodes(nodeOf('nuc0', kubelet));
    await play.until('it refuses us', () => play.source().state === 'unauthorized');
    kubelet.answer = (_, answering) => answering.end(statsOf('nuc0'));
    play.gate.set(true, '');
    await seen(play);
  });

  test('of a node that was lost is asked at once when it is ready again', async () => {
    const backOff = { baseMs: 60_000, mostMs: 60_000, forgetMs: 600_000 };
    const play = await kubeletPlay({ limits: { backOff } });
    const kubelet = await play.kubelet('nuc0', undefined, (_, answering) => void answering.writeHead(500).end('down'));
    const lost = { Ready: readyCondition({ status: 'Unknown' }) };
    play.nodes(nodeOf('nuc0', kubelet, { conditions: lost }));
    await play.until('it fails', () => play.source().state === 'failing');
    kubelet.answer = (_, answering) => answering.end(statsOf('nuc0'));
    play.nodes(nodeOf('nuc0', kubelet));
    await seen(play);
  });

  test('goes on while the nodes themselves are not seen', async () => {
    const play = await kubeletPlay();
    const kubelet = await play.kubelet('nuc0');
    play.nodes(nodeOf('nuc0', kubelet));
    await seen(play);
    play.store.state('nodes', 'unreachable', 'away');
    const { length } = kubelet.asked;
    await play.until('it is asked further', () => kubelet.asked.length > length + 3);
    expect(play.source().fresh).toBe(true);
  });

  test('is gone at once with its cluster, and that of the next one is asked when its nodes are seen', async () => {
    const play = await kubeletPlay();
    const [old, next] = [await play.kubelet('nuc0'), await play.kubelet('nuc1')];
    play.nodes(nodeOf('nuc0', old));
    await seen(play);
    play.store.state('nodes', 'syncing');
    play.kubelets.restart();
    expect([play.facts(), play.source().state]).toEqual([[], 'none']);
    const { length } = old.asked;
    play.nodes(nodeOf('nuc1', next));
    await seen(play, 'nuc1');
    expect([old.asked.length, play.source('nuc0').state]).toEqual([length, 'none']);
  });
});

describe('many kubelets', () => {
  const names = Array.from({ length: 12 }, (_, i) => `n${i}`);

  test('are asked four at a time', async () => {
    const play = await kubeletPlay({ limits: { staleAfterMs: 60_000 } });
    let open = 0;
    let most = 0;
    const slowly = (name: string) =>
      play.kubelet(name, undefined, (_, answering) => {
        open += 1;
        most = Math.max(most, open);
        setTimeout(() => {
          open -= 1;
          answering.end(statsOf(name));
        }, 20);
      });
    const kubelets = await Promise.all(names.map(slowly));
    play.nodes(...names.map((name, i) => nodeOf(name, kubelets[i]!)));
    await play.until('all were asked thrice', () => kubelets.every(({ asked }) => asked.length > 2));
    expect(most).toBe(4);
  });

  test('that are silent do not hold up the others', async () => {
    const play = await kubeletPlay({ limits: { answerMs: 300, staleAfterMs: 60_000 } });
    const kubelets = await Promise.all(names.map((name) => play.kubelet(name)));
    const [lively, silent] = [kubelets.slice(0, 4), kubelets.slice(4)];
    for (const kubelet of silent) kubelet.answer = () => undefined;
    play.nodes(...names.map((name, i) => nodeOf(name, kubelets[i]!)));
    await play.until('all were asked', () => kubelets.every(({ asked }) => asked.length > 0));
    const before = lively.map(({ asked }) => asked.length);
    await play.until('the silent ones were asked again', () => silent.every(({ asked }) => asked.length > 2));
    lively.forEach(({ asked }, i) => expect(asked.length - before[i]!).toBeGreaterThan(5));
  });

  test('are spread over the round', async () => {
    const play = await kubeletPlay({ limits: { everyMs: 800, staleAfterMs: 60_000 } });
    const times: number[] = [];
    const four = names.slice(0, 4);
    const kubelets = await Promise.all(
      four.map((name) =>
        play.kubelet(name, undefined, (_, answering) => {
          times.push(performance.now());
          answering.end(statsOf(name));
        }),
      ),
    );
    play.nodes(...four.map((name, i) => nodeOf(name, kubelets[i]!)));
    await play.until('two rounds are over', () => times.length >= 16);
    // Asked at once they would come a few ms apart, but for one long pause a round; a busy machine may delay one or two.
    const gaps = times.slice(7, 16).flatMap((at, i, all) => (i === 0 ? [] : at - all[i - 1]!));
    expect(gaps.toSorted((a, b) => a - b)[3]).toBeGreaterThan(100);
  });
});

describe('credentials that kubelets refuse', () => {
  const plugin = async (directory: string) => {
    const runs = join(directory, 'runs');
    const script = `#!${process.execPath}
const { appendFileSync, readFileSync } = require('node:fs');
appendFileSync(${JSON.stringify(runs)}, 'x');
const run = readFileSync(${JSON.stringify(runs)}, 'utf8').length;
console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 'run-' + run } }));
`;
    const command = await put(directory, 'plugin', script, 0o755);
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, interactiveMode: 'Never' };
    return { credential: { exec }, runs: () => readFileSync(runs, 'utf8').length };
  };
  const tokensOf = ({ asked }: ApiStandIn) => asked.map(({ headers }) => headers['authorization']);

  test('are renewed once, and the kubelet is asked once more with the new ones', async () => {
    const directory = await temporaryDirectory();
    const { credential, runs } = await plugin(directory);
    const play = await kubeletPlay({ credential, directory, limits: { answerMs: 5_000 } });
    const kubelet = await play.kubelet('nuc0', undefined, ({ headers }, answering) => {
      if (headers['authorization'] === 'Bearer run-1') answering.writeHead(401).end('Unauthorized');
      else answering.end(statsOf('nuc0'));
    });
    play.nodes(nodeOf('nuc0', kubelet));
    await seen(play);
    expect(tokensOf(kubelet).slice(0, 2)).toEqual(['Bearer run-1', 'Bearer run-2']);
    expect(runs()).toBe(2);
  });

  test('are not renewed again and again for kubelets that refuse them all', async () => {
    const directory = await temporaryDirectory();
    const { credential, runs } = await plugin(directory);
    const play = await kubeletPlay({ credential, directory, limits: { answerMs: 5_000 } });
    const refuse: Answer = (_, answering) => void answering.writeHead(401).end('Unauthorized');
    const [one, other] = [await play.kubelet('nuc0', undefined, refuse), await play.kubelet('nuc1', undefined, refuse)];
    const well = await play.kubelet('nuc2');
    play.nodes(nodeOf('nuc0', one), nodeOf('nuc1', other), nodeOf('nuc2', well));
    const often = ({ asked }: ApiStandIn) => asked.length > 6;
    await play.until('they were asked often', () => [one, other, well].every(often));
    expect(play.source().state).toBe('unauthorized');
    // The first token, and at most one more for each that refuses.
    expect(runs()).toBeLessThanOrEqual(3);
  });

  test('that were exchanged in their files are used at the next question', async () => {
    const directory = await temporaryDirectory();
    const tokenFile = await put(directory, 'token', 'first');
    const play = await kubeletPlay({ credential: { tokenFile }, directory });
    const kubelet = await play.kubelet('nuc0');
    play.nodes(nodeOf('nuc0', kubelet));
    await seen(play);
    await put(directory, 'token', 'second');
    await play.until('the second one is used', () => tokensOf(kubelet).includes('Bearer second'));
    expect(tokensOf(kubelet)[0]).toBe('Bearer first');
    expect(kubelet.connections()).toBe(1);
  });
});

describe('through the API server', () => {
  const path = '/api/v1/nodes/nuc0/proxy/stats/summary';

  test('figures are had where kubelets cannot be reached', async () => {
    const play = await kubeletPlay({ config: { from: 'api' } });
    play.api.answer = (_, answering) => answering.end(statsOf('nuc0'));
    play.nodes(nodeOf('nuc0', { port: 1 }));
    await seen(play);
    expect(play.fact()?.cpuCores).toBe(0.5);
    expect(new Set(play.api.asked.map((each) => each.path))).toEqual(new Set([path]));
    expect(play.right()).toMatchObject({ granted: true, rule: { resource: 'nodes/proxy', verbs: ['get'] } });
  });

  test('a missing right and a kubelet that is away are told in words', async () => {
    const play = await kubeletPlay({ config: { from: 'api' } });
    const say = (code: number, message: string) => {
      const status = JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code });
      play.api.answer = (_, answering) => void answering.writeHead(code).end(status);
    };
    say(403, 'nodes "nuc0" is forbidden: User "anna" cannot get resource "nodes/proxy" in API group ""');
    play.nodes(nodeOf('nuc0', { port: 1 }));
    await play.until('it is forbidden', () => play.source().state === 'forbidden');
    expect(play.source().reason).toBe('we may not ask the kubelet of nuc0: the right to get nodes/proxy is missing');
    expect(play.right()).toMatchObject({ granted: false, rule: { resource: 'nodes/proxy' } });
    say(502, 'error trying to reach service: dial tcp 192.168.1.11:10250: connect: connection refused');
    await play.until('it is unreachable', () => play.source().state === 'unreachable');
    expect(play.source().reason).toContain('dial tcp 192.168.1.11:10250: connect: connection refused');
  });
});
