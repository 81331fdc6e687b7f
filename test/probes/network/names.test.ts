import { describe, expect, test } from 'vitest';
import { until } from '#test/cluster/until.ts';
import { dnsHouse } from './dns-house.ts';
import { asked, realNetwork } from './network-play.ts';

const often = { everyMs: 5, withinMs: 5_000 };
const unknown = Object.assign(new Error('nobody'), { code: 'ENOTFOUND' });

describe('a look-up by a DNS server of the owner’s choice', () => {
  test('tells the addresses of both families, and how long it took', async () => {
    const { resolver } = await dnsHouse(() => ({ four: ['10.0.0.5', '10.0.0.6'], six: ['fd00:0:0:0:0:0:0:5'] }));
    const answer = await realNetwork().askDns({ name: 'git.example', resolver }, 2_000);
    expect(answer).toMatchObject({ trouble: '', message: '', addresses: ['10.0.0.5', '10.0.0.6', 'fd00::5'] });
    expect(answer.phases.dnsMs).toBeGreaterThan(0);
    expect(answer.phases.wholeMs).toBeGreaterThanOrEqual(answer.phases.dnsMs!);
  });

  test('that never answers for one family is not waited for', async () => {
    for (const named of [
      { four: ['10.0.0.5'], six: null },
      { four: null, six: ['fd00:0:0:0:0:0:0:5'] },
    ]) {
      const { resolver } = await dnsHouse(() => named);
      const answer = await realNetwork().askDns({ name: 'git.example', resolver }, 2_000);
      expect(answer).toMatchObject({ trouble: '', addresses: [expect.any(String)] });
      expect(answer.phases.wholeMs).toBeLessThan(1_500);
    }
  });

  test('that knows no such name, or no address of it', async () => {
    const { resolver } = await dnsHouse((name) => (name === 'git.example' ? undefined : { four: [], six: [] }));
    const [nobody, empty] = await Promise.all(
      ['git.example', 'empty.example'].map((name) => realNetwork().askDns({ name, resolver }, 2_000)),
    );
    const message = `the name git.example cannot be resolved by ${resolver} (ENOTFOUND)`;
    expect(nobody).toMatchObject({ trouble: 'dns', message, addresses: [] });
    expect(empty).toMatchObject({ trouble: 'dns', message: expect.stringContaining('ENODATA') });
  });

  test('that is silent ends at the limit', async () => {
    const { resolver } = await dnsHouse(() => ({ four: null, six: null }));
    const answer = await realNetwork().askDns({ name: 'git.example', resolver }, 300);
    expect(answer).toMatchObject({
      trouble: 'dns',
      message: 'the name git.example could not be resolved within 0.3 s',
    });
    expect(answer.phases.wholeMs).toBeLessThan(1_000);
  });

  test('with more than 20 addresses tells 20', async () => {
    const { resolver } = await dnsHouse(() => ({ four: Array.from({ length: 25 }, (_, i) => `10.0.0.${i}`), six: [] }));
    expect((await realNetwork().askDns({ name: 'many.example', resolver }, 2_000)).addresses).toHaveLength(20);
  });

  test.each(['nonsense', '10.0.0.300', '10.0.0.1:99999999'])('that is no address: %s', async (resolver) => {
    const answer = await realNetwork().askDns({ name: 'git.example', resolver }, 2_000);
    expect(answer).toMatchObject({
      trouble: 'unexpected',
      message: expect.stringContaining('no address of a DNS server'),
    });
  });
});

describe('a look-up by the system', () => {
  test('finds what the hosts file holds, and an address is its own answer', async () => {
    expect((await realNetwork().askDns({ name: 'localhost', resolver: '' }, 2_000)).addresses.length).toBeGreaterThan(
      0,
    );
    const answer = await realNetwork().askDns({ name: '10.0.0.5', resolver: '' }, 2_000);
    expect(answer).toMatchObject({ trouble: '', addresses: ['10.0.0.5'], phases: { dnsMs: null } });
  });

  test.each(['', ' ', 'a b', '[', 'http://git.example'])('of what is no name: "%s"', async (name) => {
    const answer = await realNetwork().askDns({ name, resolver: '' }, 2_000);
    expect(answer).toMatchObject({ trouble: 'dns', addresses: [] });
  });

  test('that hangs for some names holds up no other: the DNS servers are asked directly', async () => {
    const { resolver } = await dnsHouse((name) =>
      name === 'git.example' ? { four: ['10.0.0.5'], six: [] } : undefined,
    );
    let open = 0;
    const network = realNetwork({
      servers: [resolver],
      lookup: () => ((open += 1), new Promise<never>(() => undefined)),
    });
    const dead = ['a.example', 'b.example', 'c.example'].map((name) => network.askDns({ name, resolver: '' }, 2_000));
    const found = await network.askDns({ name: 'git.example', resolver: '' }, 3_000);
    expect(found).toMatchObject({ trouble: '', addresses: ['10.0.0.5'] });
    expect(found.phases.dnsMs).toBeLessThan(1_500);
    expect(open, 'two of the four threads are left to others').toBe(2);
    for (const answer of await Promise.all(dead)) expect(answer.trouble).toBe('dns');
  });

  test('that knows better than the DNS servers is believed, if it takes its time', async () => {
    const { resolver, asked: names } = await dnsHouse(() => undefined);
    const network = realNetwork({
      servers: [resolver],
      lookup: async () => (await until('the servers were asked', () => names.length >= 2, often), ['10.0.0.7']),
    });
    const answer = await network.askDns({ name: 'nas.local', resolver: '' }, 3_000);
    expect(answer).toMatchObject({ trouble: '', addresses: ['10.0.0.7'] });
  });

  test('is one for all who ask for the same name at once, and a new one afterwards', async () => {
    let times = 0;
    const network = realNetwork({ lookup: async () => ((times += 1), ['10.0.0.5']) });
    const ask = () => network.askDns({ name: 'git.example', resolver: '' }, 2_000);
    await Promise.all(Array.from({ length: 10 }, ask));
    expect(times).toBe(1);
    await ask();
    expect(times).toBe(2);
  });

  test('for which nobody waits any more is never begun', async () => {
    const looked: string[] = [];
    const release: (() => void)[] = [];
    const lookup = (name: string) => {
      looked.push(name);
      return new Promise<string[]>((resolve) => release.push(() => resolve(['10.0.0.5'])));
    };
    const network = realNetwork({ lookup, servers: ['127.0.0.1:1'] });
    const ask = (name: string, ms: number) => network.askDns({ name, resolver: '' }, ms);
    const [first, second] = [ask('a.example', 5_000), ask('b.example', 5_000)];
    expect((await ask('impatient.example', 50)).trouble).toBe('dns');
    const last = ask('c.example', 5_000);
    release.splice(0).forEach((each) => each());
    await until('the last one has its turn', () => release.length > 0, often);
    release.forEach((each) => each());
    expect((await Promise.all([first, second, last])).map(({ trouble }) => trouble)).toEqual(['', '', '']);
    expect(looked).toEqual(['a.example', 'b.example', 'c.example']);
  });

  test('that fails says why', async () => {
    const network = realNetwork({ lookup: () => Promise.reject(unknown) });
    expect(await network.askDns({ name: 'git.example', resolver: '' }, 1_000)).toMatchObject({
      ...{ trouble: 'dns', message: 'the name git.example cannot be resolved (ENOTFOUND)' },
    });
    expect(await asked('http://nowhere.invalid/')).toMatchObject({ trouble: 'dns', address: '' });
  });
});
