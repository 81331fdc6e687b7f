import { describe, expect, test } from 'vitest';
import { duration, percent, type Setting } from '#server/engine/setting.ts';
import { parseConfigFile } from '#server/config-file.ts';
import { configReferences } from '#server/config-references.ts';

const settings: Record<string, Setting> = { warn: duration(20_000, 'warns'), bad: duration(35_000, 'is bad') };
const disk: Record<string, Setting> = {
  warn: percent(80, 'warns'),
  least: { type: 'bytes', default: 5e7, about: 'smallest fall' },
  pods: { type: 'count', default: 3, about: 'how many', max: 10 },
};
const checks = [
  { check: 'nodes/no-heartbeat', settings },
  { check: 'nodes/disk-full', settings: disk },
  { check: 'nodes/cordoned', settings: {} },
];

const read = (text: string) => parseConfigFile('clusterwall.yaml', text, checks, configReferences('/nowhere', {}));

function configOf(text: string) {
  const outcome = read(text);
  if ('problems' in outcome) throw new Error(outcome.problems.join('\n'));
  return outcome.config;
}

function problemsOf(text: string): string[] {
  const outcome = read(text);
  return 'problems' in outcome ? outcome.problems : [];
}

describe('a configuration file', () => {
  test('that is empty, or has empty groups, is all defaults', () => {
    const kubelets = { from: 'direct', verify: true };
    const tls = { discover: true, kubelets: true, servers: [], addresses: [], resolver: '', authorities: [] };
    const services = {
      ...{ discover: true, namespaces: [], except: [], everyMs: 30_000, timeoutMs: 10_000, slowMs: 3_000 },
      ...{ linkLocal: false, probes: [], addresses: [], resolver: '', authorities: [] },
    };
    const registries = { discover: true, images: true, registries: [], addresses: [], resolver: '', authorities: [] };
    const defaults = {
      ...{ cluster: {}, timeZone: expect.any(String) as string, showLogs: true, kubelets, checks: {}, ignore: [] },
      ...{ tls, services, registries, namedFiles: [] },
    };
    for (const text of [
      '',
      '# nothing\n',
      '---\n',
      'cluster:\n  # name: x\nchecks:\nignore:\ntimeZone:\nshowLogs:\nkubelets:\n',
      'kubelets:\n  from:\n  verify:\n',
      'certificates:\nprobes:\nservices:\nregistries:\nregistry:\n',
      'services:\n  discover:\n  namespaces:\n  except:\n  every:\n  timeout:\n  latency:\n  linkLocal:\nregistry:\n  discover:\n  images:\n',
      'certificates:\n  discover:\n  kubelets:\n  servers:\n  addresses:\n  resolver:\n  authorities:\n',
    ]) {
      expect(configOf(text)).toEqual(defaults);
    }
  });

  test('is read with its durations, sizes and dates', () => {
    const text = `
cluster: { name: homelab, context: admin@homelab }
timeZone: Europe/Amsterdam
showLogs: false
kubelets: { from: off, verify: false }
checks:
  nodes/no-heartbeat: { warn: 30s, bad: 1m30s }
  nodes/disk-full: { warn: 70, least: 16Mi, pods: 4 }
ignore:
  - { check: nodes/cordoned, subject: Node/nuc0, until: 2026-12-24 }
  - { check: nodes/cordoned, subject: "Node/*", until: 2026-12-24T18:00:00Z }
  - { check: nodes/cordoned, subject: Pod/default/web-0 }
  - { check: nodes/cordoned, subject: Probe/Home Assistant }
`;
    expect(configOf(text)).toEqual({
      cluster: { name: 'homelab', context: 'admin@homelab' },
      timeZone: 'Europe/Amsterdam',
      showLogs: false,
      kubelets: { from: 'off', verify: false },
      tls: expect.objectContaining({ discover: true, servers: [] }) as object,
      services: expect.objectContaining({ discover: true, probes: [] }) as object,
      registries: expect.objectContaining({ discover: true, registries: [] }) as object,
      namedFiles: [],
      checks: {
        'nodes/no-heartbeat': { warn: 30_000, bad: 90_000 },
        'nodes/disk-full': { warn: 70, least: 16 * 2 ** 20, pods: 4 },
      },
      ignore: [
        // Midnight in Amsterdam is 23:00 UTC in winter.
        { check: 'nodes/cordoned', subject: 'Node/nuc0', until: Date.UTC(2026, 11, 23, 23) },
        { check: 'nodes/cordoned', subject: 'Node/*', until: Date.UTC(2026, 11, 24, 18) },
        { check: 'nodes/cordoned', subject: 'Pod/default/web-0' },
        { check: 'nodes/cordoned', subject: 'Probe/Home Assistant' },
      ],
    });
  });

  test('a day begins at its own midnight on both sides of a change of summer time', () => {
    const untilOf = (day: string, zone: string) =>
      configOf(`timeZone: ${zone}\nignore: [{ check: nodes/cordoned, subject: Node/a, until: ${day} }]`).ignore[0]!
        .until;
    expect(untilOf('2026-03-29', 'Europe/Amsterdam')).toBe(Date.UTC(2026, 2, 28, 23));
    expect(untilOf('2026-03-30', 'Europe/Amsterdam')).toBe(Date.UTC(2026, 2, 29, 22));
    expect(untilOf('2026-11-01', 'America/New_York')).toBe(Date.UTC(2026, 10, 1, 4));
    expect(untilOf('2026-11-02', 'America/New_York')).toBe(Date.UTC(2026, 10, 2, 5));
    expect(untilOf('2026-06-01', 'Asia/Kathmandu')).toBe(Date.UTC(2026, 4, 31, 18, 15));
  });
});

describe('what is wrong in a configuration file', () => {
  test('is told all at once, with line and key, in the order of the file', () => {
    const text = `
cluster:
  nme: homelab
timZone: UTC
checks:
  nodes/no-hartbeat: { warn: 30s }
  nodes/no-heartbeat:
    wran: 30s
    warn: 30
ignore:
  - check: nodes/cordned
    subject: Node/nuc0
`;
    expect(problemsOf(text)).toEqual([
      'clusterwall.yaml:3: cluster.nme: unknown key "nme": the nearest known one is "name"',
      'clusterwall.yaml:4: timZone: unknown key "timZone": the nearest known one is "timeZone"',
      'clusterwall.yaml:6: checks.nodes/no-hartbeat: unknown key "nodes/no-hartbeat": the nearest known one is "nodes/no-heartbeat"',
      'clusterwall.yaml:8: checks.nodes/no-heartbeat.wran: unknown key "wran": the nearest known one is "warn"',
      'clusterwall.yaml:9: checks.nodes/no-heartbeat.warn: 30 is not a duration: write it like 30s, 10m or 7d',
      'clusterwall.yaml:11: ignore[1].check: unknown check "nodes/cordned": the nearest known one is "nodes/cordoned"',
    ]);
  });

  const inChecks = (lines: string) => `checks:\n  ${lines}`;
  test.each([
    ['prubes: []', '1: prubes: unknown key "prubes": the nearest known one is "probes"'],
    ['timeZone: Mars/Base', '1: timeZone: "Mars/Base" is no time zone that is known: write it like Europe/Amsterdam'],
    ['cluster: homelab', '1: cluster: "homelab" must be a group of keys such as name'],
    ['cluster: { name: 7 }', '1: cluster.name: 7 must be a text of 1 to 100 characters (in quotes'],
    ['kubelets: { from: proxy }', '1: kubelets.from: "proxy" must be direct, api or off'],
    ['kubelets: { verify: 1 }', '1: kubelets.verify: 1 must be true or false'],
    ['kubelets: { form: api }', '1: kubelets.form: unknown key "form": the nearest known one is "from"'],
    ['showLogs: "no"', '1: showLogs: "no" must be true or false'],
    ['- cluster', '1: a list must be a group of keys such as cluster'],
    ['just words', '1: "just words" must be a group of keys'],
    ['ignore: {}', '1: ignore: a group of keys must be a list'],
    ['ignore: [3]', '1: ignore[1]: 3 must be a group of keys such as check'],
    ['ignore: [{ check: nodes/cordoned }]', '1: ignore[1].subject: the key "subject" is missing'],
    ['ignore: [{ check: nodes/cordoned, subject: nuc0 }]', '1: ignore[1].subject: "nuc0" is not a subject'],
    ['ignore: [{ check: nodes/cordoned, subject: Node/a, until: 2026-02-31 }]', '"2026-02-31" is not a date'],
    ['ignore: [{ check: nodes/cordoned, subject: Node/a, until: soon }]', '"soon" is not a date'],
    [inChecks('nodes/no-heartbeat: { warn: 0s }'), '2: checks.nodes/no-heartbeat.warn: 0s must be at least 1ms'],
    [inChecks('nodes/no-heartbeat: { warn: -3s }'), '"-3s" is not a duration'],
    [
      inChecks('nodes/no-heartbeat: { warn: 50s }'),
      '2: checks.nodes/no-heartbeat: warn (50s) must be less than bad (35s)',
    ],
    [inChecks('nodes/disk-full: { warn: 180 }'), 'warn: 180 must be from 0 to 100'],
    [inChecks('nodes/disk-full: { warn: 80% }'), '"80%" is not a percentage: write a number from 0 to 100'],
    [inChecks('nodes/disk-full: { warn: .nan }'), 'NaN must be from 0 to 100'],
    [inChecks('nodes/disk-full: { least: 50 }'), '50 is not a size: write it like 50MB, 2GB or 16Mi'],
    [inChecks('nodes/disk-full: { pods: 1.5 }'), '1.5 is not a whole number'],
    [inChecks('nodes/disk-full: { pods: 11 }'), '11 must be from 0 to 10'],
    [inChecks('nodes/cordoned: { warn: 3s }'), 'unknown key "warn": there is none'],
    ['__proto__: { a: 1 }', '1: unknown key "__proto__"'],
    ['constructor: 1', '1: unknown key "constructor"'],
    ['"a\\n2026 all is well": 1', '1: a 2026 all is well: unknown key "a 2026 all is well"'],
  ])('%j is refused: %s', (text, problem) => {
    expect(problemsOf(text).join('\n')).toContain(problem);
  });

  test.each([
    ['timeZone: UTC\ntimeZone: UTC', 'clusterwall.yaml:2:1: '],
    ['cluster: { name: homelab', 'clusterwall.yaml:1:25: '],
    ['cluster:\n\tname: x', 'clusterwall.yaml:2:1: '],
    ['a: !include other.yaml', 'clusterwall.yaml:1:4: '],
    [
      'timeZone: UTC\ncluster: *nowhere',
      'clusterwall.yaml:2: Unresolved alias (the anchor must be set before the alias)',
    ],
    ['a: !hunter2', 'clusterwall.yaml:1:4: a tag of YAML that is not known: put what begins with ! in quotes'],
    ['a: "\\q"', 'a \\ in double quotes that means nothing: use single quotes'],
  ])('%j, which is no good YAML, is told with line and column', (text, begin) => {
    expect(problemsOf(text)[0]).toContain(begin);
  });

  test('is bounded: aliases that unfold without end, a file that is a disk image, a key of a megabyte', () => {
    const bomb = `a: &a [x, x]\nb: &b [${'*a,'.repeat(30)}]\nc: &c [${'*b,'.repeat(30)}]\nd: [${'*c,'.repeat(30)}]`;
    expect(problemsOf(bomb)[0]).toContain('alias');
    expect(problemsOf('x'.repeat(1_000_001))).toEqual([expect.stringContaining('larger than 1 MB')]);
    const begun = performance.now();
    expect(problemsOf(`${'k'.repeat(500_000)}: 1`)[0]!.length).toBeLessThan(400);
    expect(performance.now() - begun).toBeLessThan(1_000);
  });
});
