/** One setting of a check: from it come the type, the default, the bounds and the message of the configuration. */
export type Setting =
  | { type: 'duration'; default: number; about: string; min?: number; max?: number }
  | { type: 'percent'; default: number; about: string }
  | { type: 'count'; default: number; about: string; min?: number; max?: number }
  | { type: 'bytes'; default: number; about: string };

/** All settings are numbers: durations in ms, percents 0..100, sizes in bytes. */
export type SettingValues<S extends Record<string, Setting>> = { [name in keyof S]: number };

/** A duration setting; `default` in ms. Written `30s`, `10m`, `7d` in the configuration. */
export function duration(defaultMs: number, about: string): Setting & { type: 'duration' } {
  return { type: 'duration', default: defaultMs, about };
}

/** A percentage 0..100. */
export function percent(value: number, about: string): Setting & { type: 'percent' } {
  return { type: 'percent', default: value, about };
}

/** A whole number from 0. */
export function count(value: number, about: string): Setting & { type: 'count' } {
  return { type: 'count', default: value, about };
}
