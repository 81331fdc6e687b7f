import * as v from 'valibot';
import type { Setting } from '#server/engine/setting.ts';
import { isTimeZone, parseMoment, systemTimeZone } from './config-date.ts';
import type { LineOf } from './config-named-list.ts';
import { probeEntries, servicesConfigOf, serversOfProbes, type ProbesPart } from './config-probes.ts';
import type { References } from './config-references.ts';
import { registriesConfigOf, registryEntries, serversOfRegistries, type RegistriesPart } from './config-registries.ts';
import { unknownName } from './config-nearest.ts';
import { tlsConfigOf, tlsEntries, type TlsPart } from './config-tls.ts';
import {
  flag,
  listOf,
  mapping,
  parseBytes,
  parseDuration,
  quoted,
  section,
  text,
  writeDuration,
  written,
} from './config-values.ts';

/** A check as the configuration sees it: its name and what can be set. */
export interface ConfigurableCheck {
  check: string;
  settings: Record<string, Setting>;
}

/** Findings left out, until epoch ms or for ever. `subject` as `Kind/namespace/name`, `*` stands for any. */
interface Ignored {
  check: string;
  subject: string;
  until?: number;
}

/** What the file may say, with defaults filled in. Durations in ms, sizes in bytes, times epoch ms. */
export type FileConfig = v.InferOutput<ReturnType<typeof fileSchema>>;

/** The one schema of the file: type, defaults and messages. The part of the checks is composed of their settings. */
export function fileSchema(checks: readonly ConfigurableCheck[], references: References, lineOf: LineOf) {
  return v.pipe(
    mapping({
      cluster: section({ name: v.nullish(text(100)), context: v.nullish(text(253)) }),
      timeZone: v.optional(written(zone, zoneShould), systemTimeZone),
      showLogs: v.optional(written(flag, 'must be true or false'), true),
      kubelets: section({
        from: v.optional(written(kubeletsFrom, 'must be direct, api or off'), 'direct'),
        verify: v.optional(written(flag, 'must be true or false'), true),
      }),
      ...tlsEntries(references.authorities),
      ...probeEntries(references, lineOf),
      ...registryEntries(references, lineOf),
      checks: settingsOf(checks),
      ignore: v.nullish(listOf(ignored(checks)), []),
    }),
    v.transform(({ certificates, probes, services, registries, registry, ...file }) => ({
      ...file,
      ...probedOf({ certificates, probes, services, registries, registry }, file.kubelets.from === 'direct'),
      /** Absolute paths of the files that are named in it: what is in them is part of the configuration. */
      namedFiles: references.paths,
      ignore: file.ignore.map(({ until, ...rest }) => withUntil(rest, until, file.timeZone)),
    })),
  );
}

/** All that is asked beside the cluster. */
function probedOf(
  { certificates, ...part }: { certificates: TlsPart } & ProbesPart & RegistriesPart,
  kubeletsReached: boolean,
) {
  const asked = [...serversOfProbes(part.probes), ...serversOfRegistries(part.registries)];
  return {
    tls: tlsConfigOf(certificates, asked, kubeletsReached),
    services: servicesConfigOf(part, certificates),
    registries: registriesConfigOf(part, certificates),
  };
}

const zoneShould = `is no time zone that is known: write it like Europe/Amsterdam or UTC`;

const ways = ['direct', 'api', 'off'] as const;

/** How the kubelets are asked; direct where it is left empty. */
function kubeletsFrom(input: unknown): (typeof ways)[number] | null {
  if (input === null) return 'direct';
  return ways.find((way) => way === input) ?? null;
}

function zone(input: unknown): string | null {
  if (input === null) return systemTimeZone();
  return typeof input === 'string' && isTimeZone(input) ? input : null;
}

/** `{ "nodes/no-heartbeat": { warn: 30000 } }`, only what is written. */
function settingsOf(checks: readonly ConfigurableCheck[]) {
  const groups = checks.map(({ check, settings }) => [check, v.nullish(groupOf(settings))]);
  const schema = mapping(Object.fromEntries(groups) as v.ObjectEntries);
  return v.pipe(v.nullish(schema, {}), v.transform(onlyWritten<Record<string, number>>));
}

function groupOf(settings: Record<string, Setting>) {
  const entries = Object.entries(settings).map(([name, setting]) => [name, v.nullish(settingSchema(setting))]);
  const group = mapping(Object.fromEntries(entries) as v.ObjectEntries);
  return v.pipe(group, v.transform(onlyWritten<number>), v.rawCheck(inOrder(settings)));
}

function onlyWritten<T>(group: Record<string, unknown>): Record<string, T> {
  const pairs = Object.entries(group) as [string, T | null | undefined][];
  return Object.fromEntries(pairs.filter((pair): pair is [string, T] => pair[1] !== undefined && pair[1] !== null));
}

// A check that warns only after it is bad would never warn: the order of the defaults is the meaning of the two.
function inOrder(settings: Record<string, Setting>): (context: v.RawCheckContext<Record<string, number>>) => void {
  return ({ dataset, addIssue }) => {
    const { warn, bad } = settings;
    if (!dataset.typed || warn === undefined || bad === undefined) return;
    const now = { warn: warn.default, bad: bad.default, ...dataset.value };
    if (Math.sign(now.bad - now.warn) * Math.sign(bad.default - warn.default) >= 0) return;
    const than = bad.default > warn.default ? 'less' : 'more';
    addIssue({ message: `warn (${show(warn, now.warn)}) must be ${than} than bad (${show(bad, now.bad)})` });
  };
}

function settingSchema(setting: Setting): v.GenericSchema<unknown, number> {
  const { read, should } = readers[setting.type];
  const { min, max } = bounds(setting);
  const range =
    max === Number.MAX_SAFE_INTEGER
      ? `at least ${show(setting, min)}`
      : `from ${show(setting, min)} to ${show(setting, max)}`;
  const within = v.check<number, v.ErrorMessage<v.CheckIssue<number>>>(
    (value) => value >= min && value <= max,
    ({ input }) => `${show(setting, input)} must be ${range}`,
  );
  return v.pipe(written(read, should), within);
}

function bounds(setting: Setting): { min: number; max: number } {
  const min = setting.type === 'duration' ? 1 : 0;
  const max = setting.type === 'percent' ? 100 : Number.MAX_SAFE_INTEGER;
  return {
    min: 'min' in setting ? (setting.min ?? min) : min,
    max: 'max' in setting ? (setting.max ?? max) : max,
  };
}

const readers: Record<Setting['type'], { read: (input: unknown) => number | null; should: string }> = {
  duration: {
    read: (input) => (typeof input === 'string' ? parseDuration(input) : null),
    should: 'is not a duration: write it like 30s, 10m or 7d',
  },
  percent: {
    read: (input) => (typeof input === 'number' ? input : null),
    should: 'is not a percentage: write a number from 0 to 100',
  },
  count: {
    read: (input) => (typeof input === 'number' && Number.isSafeInteger(input) ? input : null),
    should: 'is not a whole number',
  },
  bytes: {
    read: (input) => (typeof input === 'string' ? parseBytes(input) : null),
    should: 'is not a size: write it like 50MB, 2GB or 16Mi',
  },
};

function show(setting: Setting, value: number): string {
  return setting.type === 'duration' ? writeDuration(value) : String(value);
}

function ignored(checks: readonly ConfigurableCheck[]) {
  const known = checks.map(({ check }) => check);
  const check = written(
    (input) => (typeof input === 'string' && known.includes(input) ? input : null),
    (input) => unknownName('check', typeof input === 'string' ? input : quoted(input), known),
  );
  const subject = written(
    // Names of the owner's may hold spaces: `Probe/Home Assistant`.
    (input) => (typeof input === 'string' && /^[^/\s]+(?:\/[^/\s][^/]{0,252}){1,2}$/.test(input) ? input : null),
    'is not a subject: write it like Node/nuc0 or Pod/default/web-0, * stands for any',
  );
  const until = written(
    (input) => (typeof input === 'string' && parseMoment(input, 'UTC') !== null ? input : null),
    'is not a date: write it like 2026-12-24 or 2026-12-24T18:00:00Z',
  );
  return mapping({ check, subject, until: v.nullish(until) });
}

function withUntil(
  rest: { check: string; subject: string },
  until: string | null | undefined,
  timeZone: string,
): Ignored {
  const at = until === undefined || until === null ? null : parseMoment(until, timeZone);
  return at === null ? rest : { ...rest, until: at };
}
