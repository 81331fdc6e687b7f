import { describe, expect, test } from 'vitest';
import type { HttpAnswer } from '#server/cluster/network.ts';
import { judgeAnswer } from '#server/probes/judge-answer.ts';
import type { Judged } from '#server/probes/judged.ts';
import type { Expected } from '#server/probes/service-config.ts';
import { random } from '#test/engine/random.ts';
import { anAnswer, anHttpProbe, noAnswer } from './answers.ts';

const traefik = { kind: 'IngressClass', name: 'traefik' } as const;
const judge = (answer: HttpAnswer, expects: Partial<Expected> = {}, ask = {}): Judged =>
  judgeAnswer(answer, anHttpProbe(expects, ask), traefik);
const shown = (body: string, part = {}) => anAnswer({ body, ...part });

describe('without expectations', () => {
  test.each([200, 204, 301, 302, 400, 401, 403, 404, 405, 429, 499])('%i is up', (status) => {
    expect(judge(anAnswer({ status }))).toMatchObject({ outcome: 'up', trouble: '', message: '', status });
  });

  test.each([
    [500, 'answers 500 Internal Server Error'],
    [503, 'answers 503 Service Unavailable'],
    [521, 'answers 521'],
    [999, 'answers 999'],
  ])('%i is down', (status, message) => {
    expect(judge(anAnswer({ status }))).toMatchObject({ outcome: 'down', trouble: 'status', message, status });
  });

  test('who answers with an error is said, without version and boast', () => {
    const by = (server: string) => judge(anAnswer({ status: 502, headers: { server } }));
    expect(by('nginx/1.25.3 (Ubuntu)')).toMatchObject({
      server: 'nginx',
      message: 'answers 502 Bad Gateway (from nginx)',
    });
    expect(by('Microsoft-IIS/10.0').server).toBe('Microsoft-IIS');
    expect(by('<b>evil\u202e</b>')).toMatchObject({ server: '', message: 'answers 502 Bad Gateway' });
    expect(by(`x${'y'.repeat(5_000)}`).server.length).toBeLessThanOrEqual(30);
    expect(by('').server).toBe('');
  });

  test('what was shown is kept: title, address, phases', () => {
    expect(judge(shown('<TITLE lang="en">\n Gitea: &quot;Git &amp; tea&quot;&#33; </TITLE>'))).toMatchObject({
      ...{ title: 'Gitea: "Git & tea"!', address: '10.0.0.10:443', phases: { wholeMs: 42 } },
    });
    expect(judge(shown('<title>x</title>', { headers: { 'content-type': 'application/json' } })).title).toBe('');
    expect(judge(shown('<title>x</title>', { headers: {} })).title).toBe('x');
  });

  test("the controller's own 404 is down, and says so", () => {
    const own = anAnswer({
      ...{ status: 404, body: '404 page not found\n' },
      headers: { 'content-type': 'text/plain; charset=utf-8', 'content-length': '19' },
    });
    expect(judge(own)).toMatchObject({ outcome: 'down', trouble: 'status', status: 404, server: 'Traefik' });
    expect(judge(own).message).toBe('answers 404 Not Found (from Traefik itself: it knows no such host or path)');
    expect(judge(own, { status: [{ from: 404, to: 404 }] }), 'unless it is expected').toMatchObject({ outcome: 'up' });
    expect(judge(own, { status: [{ from: 200, to: 299 }] }).message, 'with what is expected instead').toBe(
      'answers 404 Not Found (from Traefik itself: it knows no such host or path), not 2xx',
    );
  });
});

describe('without an answer it is down', () => {
  test.each([
    ['refused', 'git.example refused the connection', 'refused the connection'],
    ['unreachable', 'there is no way to git.example (EHOSTUNREACH)', 'there is no way to it (EHOSTUNREACH)'],
    ['timeout', 'no connection to git.example within 10 s', 'no connection to it within 10 s'],
    ['silent', 'connected to git.example:443, but no answer came', 'connected to it, but no answer came'],
    ['timeout', 'no connection to git.example.org', 'no connection to git.example.org'],
    ['tls', 'the certificate of git.example has expired', 'its certificate has expired'],
    [
      'dns',
      'the name git.example cannot be resolved (ENOTFOUND)',
      'the name git.example cannot be resolved (ENOTFOUND)',
    ],
    [
      'refused',
      'git.example leads elsewhere: auth.example refused the connection',
      'leads elsewhere: auth.example refused the connection',
    ],
  ] as const)('%s: %s', (trouble, message, said) => {
    expect(judge(noAnswer({ trouble, message }))).toMatchObject({
      ...{ outcome: 'down', trouble, message: said, status: null, server: '', title: '' },
    });
  });

  test('of an address of the link it is said how that can be lifted, unless it is', () => {
    const message = 'git.example leads to an address of the link, of nobody or of many, which is not asked';
    const refused = noAnswer({ trouble: 'forbidden-address', message });
    expect(judge(refused).message).toBe(
      'leads to an address of the link, of nobody or of many, which is not asked unless "linkLocal: true" is set in the configuration',
    );
    const own = "git.example leads to an address of the wall's own machine, which is not asked";
    expect(judge(noAnswer({ trouble: 'forbidden-address', message: own })).message).toBe(
      "leads to an address of the wall's own machine, which is not asked",
    );
  });

  test('nothing secret of the asking is repeated, whoever repeats it', () => {
    const ask = {
      url: 'https://git.example/hook?token=opensesame&x=1',
      headers: { authorization: 'Basic b3duZXI6aHVudGVyMg==', 'x-key': 'swordfish' },
    };
    const told = (message: string) => judge(noAnswer({ trouble: 'unexpected', message }), {}, ask).message;
    expect(told('the key swordfish or opensesame is wrong')).toBe('the key [hidden] or [hidden] is wrong');
    expect(told('https://git.example/hook?token=other leads in a circle')).toBe(
      'https://git.example/hook leads in a circle',
    );
    const page = anAnswer({ body: '<title>b3duZXI6aHVudGVyMg== is no user</title>' });
    expect(judge(page, {}, ask).title).toBe('[hidden] is no user');
  });
});

describe('a status that is expected', () => {
  const twos = [{ from: 200, to: 299 }];

  test('is up, whatever it is otherwise', () => {
    expect(judge(anAnswer({ status: 503 }), { status: [{ from: 503, to: 503 }] }).outcome).toBe('up');
    expect(judge(anAnswer({ status: 204 }), { status: twos }).outcome).toBe('up');
  });

  test('and does not come is down, and says what came instead of what', () => {
    expect(judge(anAnswer({ status: 401 }), { status: twos })).toMatchObject({
      ...{ outcome: 'down', trouble: 'status', message: 'answers 401 Unauthorized, not 2xx' },
    });
    const several = [
      { from: 200, to: 200 },
      { from: 401, to: 403 },
    ];
    expect(judge(anAnswer({ status: 404 }), { status: several }).message).toBe(
      'answers 404 Not Found, not 200 or 401-403',
    );
  });
});

describe('a text', () => {
  test('is found whatever its case and wherever its lines are broken, in the title too', () => {
    expect(judge(shown('EXPLORE'), { text: 'Explore' }).outcome).toBe('up');
    expect(judge(shown('initial\n   Configuration'), { absent: 'Initial configuration' }).outcome).toBe(
      'wrong-content',
    );
    expect(judge(shown('<title>Git &amp; tea</title>'), { text: 'git & tea' }).outcome).toBe('up');
    expect(judge(shown('price: $5 (a+b)'), { text: '$5 (a+b)' }).outcome, 'no pattern').toBe('up');
    expect(judge(shown('price'), { text: '.' }).outcome).toBe('wrong-content');
  });

  test('that is missing, or must not be there, is told as what it does', () => {
    expect(judge(shown('nothing'), { text: 'explore' })).toMatchObject({
      ...{ outcome: 'wrong-content', trouble: 'text-missing', message: 'does not show "explore"', status: 200 },
    });
    expect(judge(shown('Initial Configuration'), { text: 'explore', absent: 'initial configuration' })).toMatchObject({
      ...{ outcome: 'wrong-content', trouble: 'text-forbidden', message: 'shows "initial configuration"' },
    });
  });

  test('that is not in what was read of a long page may still be there, and that is said', () => {
    const cut = shown('x'.repeat(1_000), { bodyCut: true });
    expect(judge(cut, { text: 'explore' }).message).toBe(
      'does not show "explore" in the part of its page that was read',
    );
    expect(judge(cut, { absent: 'explore' }).outcome).toBe('up');
  });

  test('is not looked for in an error', () => {
    expect(judge(shown('explore', { status: 500 }), { text: 'explore' }).trouble).toBe('status');
  });

  test('may stand in the URL too, and is told none the less', () => {
    const ask = { url: 'https://git.example/?q=explore' };
    expect(judge(shown('nothing'), { text: 'explore' }, ask).message).toBe('does not show "explore"');
  });
});

describe('JSON', () => {
  const health = '{"status":{"database":"OK","disks":[{"free":12},{"free":"7"}]},"ready":true,"note":null}';
  const json = (path: string, value: string | number | boolean | null, body = health) =>
    judge(shown(body, { headers: { 'content-type': 'application/json; charset=utf-8' } }), { json: [{ path, value }] });

  test.each([
    ['status.database', 'ok'],
    ['status.disks[0].free', 12],
    ['status.disks[1].free', 7],
    ['ready', true],
    ['ready', 'true'],
    ['note', null],
    ['["status"].database', 'OK'],
  ])('%s is %j', (path, value) => {
    expect(json(path, value).outcome).toBe('up');
  });

  test.each([
    ['status.database', 'down', 'says that status.database is "OK", not "down"'],
    ['status.disks[0].free', 13, 'says that status.disks[0].free is 12, not 13'],
    ['status.disks', 'x', 'says that status.disks is a list, not "x"'],
    ['status', null, 'says that status is an object, not null'],
    ['note', 'null', 'says that note is null, not "null"'],
    ['status.cache', 'ok', 'says nothing of status.cache'],
    ['status.database.constructor', 'x', 'says nothing of status.database.constructor'],
    ['__proto__', 'x', 'says nothing of __proto__'],
    ['status.disks.length', 2, 'says nothing of status.disks.length'],
    ['status..database', 'ok', 'says nothing of status..database'],
  ])('where %s is not %j: %s', (path, value, message) => {
    expect(json(path, value)).toMatchObject({ outcome: 'wrong-content', trouble: 'json', message });
  });

  test('that is none is told with what came instead', () => {
    const page = judge(anAnswer(), { json: [{ path: 'a', value: 1 }] });
    expect(page).toMatchObject({
      outcome: 'wrong-content',
      trouble: 'json',
      message: 'answers with no JSON but text/html',
    });
    const cut = judge(shown('{"a":', { bodyCut: true }), { json: [{ path: 'a', value: 1 }] });
    expect(cut.message).toBe('answers with more JSON than is read');
    expect(json('', null, 'null').outcome, 'null is JSON').toBe('up');
  });

  test('however deep, long or hostile it is neither crashes nor reaches what every object has', () => {
    const deep = '['.repeat(130_000) + ']'.repeat(130_000);
    expect(json('[0][0]', 1, deep)).toMatchObject({ trouble: 'json', message: 'says that [0][0] is a list, not 1' });
    expect(json('a', 1, `{"a":${'{"b":'.repeat(50_000)}`).message).toBe('answers with no JSON but application/json');
    const hostile = '{"__proto__":{"ok":true},"constructor":{"ok":false}}';
    expect(json('__proto__.ok', true, hostile).outcome, 'it was written there').toBe('up');
    expect(json('ok', true, hostile).outcome).toBe('wrong-content');
    expect(({} as { ok?: boolean }).ok).toBeUndefined();
  });
});

describe('a page that does not come whole', () => {
  test('is down, since users see none', () => {
    const broken = shown('Explo', { bodyCut: true, bodyProblem: 'the connection broke off in the middle of it' });
    expect(judge(broken)).toMatchObject({ outcome: 'down', trouble: 'unexpected', status: 200 });
    expect(judge(broken).message).toBe(
      'answers 200 OK, but its page cannot be shown: the connection broke off in the middle of it',
    );
  });

  test('a damaged page is the reason, though a text is looked for', () => {
    const damaged = anAnswer({ body: '', bodyProblem: 'its compression is damaged' });
    expect(judge(damaged, { text: 'explore' })).toMatchObject({
      ...{ outcome: 'down', message: 'answers 200 OK, but its page cannot be shown: its compression is damaged' },
    });
  });

  test('by its nature, or by a compression that we do not know, is up', () => {
    const bodyProblem = 'it was not whole within 10 s';
    const endless = judge(
      shown('', { headers: { 'content-type': 'multipart/x-mixed-replace; boundary=x' }, bodyProblem }),
    );
    expect(endless).toMatchObject({ outcome: 'up', phases: { wholeMs: 41 } });
    const headers = { 'content-encoding': 'zstd' };
    expect(
      judge(shown('', { headers, bodyProblem: 'it is compressed as zstd, which is not known here' })).outcome,
    ).toBe('up');
  });

  test('because we cut it is as good as whole', () => {
    expect(judge(shown('x', { bodyCut: true })).outcome).toBe('up');
  });
});

describe('whatever strangers answer', () => {
  const hostile = [
    ...[
      '<title',
      '<title>',
      '</title>',
      '<TITLE x="',
      '&#1114112;',
      '&#xffffff;',
      '&#0;',
      '&constructor;',
      '&amp;amp;',
    ],
    ...[
      '\u0000',
      '\ud800',
      '\u202e',
      '\x1b[31m',
      '{"a":',
      '[',
      '__proto__',
      '404 page not found\n',
      '$(reboot)',
      ' \n\t',
    ],
    ...['İ', 'ß', 'explore', '"', '\\', 'nginx', 'a'.repeat(3_000), '<'.repeat(3_000), ' '.repeat(3_000)],
  ];

  test('is judged quickly, in bounded texts of one line', () => {
    const next = random(7);
    const one = () => hostile[next(hostile.length)]!;
    const some = () => Array.from({ length: next(8) }, one).join('');
    const begun = performance.now();
    for (let i = 0; i < 2_000; i += 1) {
      const answer = anAnswer({
        ...{ status: [200, 302, 404, 503, 599][next(5)]!, body: some(), bodyCut: next(2) === 0 },
        headers: { server: some(), 'content-type': next(2) === 0 ? 'text/html' : some(), 'content-encoding': some() },
        bodyProblem: next(4) === 0 ? some() : '',
      });
      const expects = { text: next(2) === 0 ? one() : '', absent: next(3) === 0 ? one() : '' };
      const json = next(3) === 0 ? [{ path: some(), value: one() }] : [];
      const { outcome, message, title, server } = judge(next(5) === 0 ? noAnswer({ message: some() }) : answer, {
        ...expects,
        json,
      });
      expect(['up', 'down', 'wrong-content']).toContain(outcome);
      for (const [text, most] of [
        [message, 300],
        [title, 100],
        [server, 30],
      ] as const) {
        expect(text.length).toBeLessThanOrEqual(most);
        expect(text).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}]/u);
      }
    }
    expect(performance.now() - begun).toBeLessThan(30_000);
  });

  test.each([
    ['one JSON text', `{"a":"${'a'.repeat(250_000)}"}`],
    ['titles that do not end', '<title'.repeat(43_000)],
    ['entities', `<title>${'&#'.repeat(130_000)}`],
    ['spaces', ' '.repeat(260_000)],
    ['words that nearly fit', 'initial '.repeat(32_000)],
    ['words that nearly fit, far apart', `initial${' '.repeat(250_000)}`],
  ])('a page full of %s takes no long time', (_, body) => {
    const begun = performance.now();
    judge(shown(body), { text: 'initial configuration initial x', absent: 'initial initial configuration' });
    judge(shown(body), { json: [{ path: 'a', value: 'b' }] });
    expect(performance.now() - begun).toBeLessThan(500);
  });
});
