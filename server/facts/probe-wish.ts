import { textOf, type Raw } from './read-raw.ts';

/** What the annotations `clusterwall.dev/...` of an object say of how its hosts are to be probed. */
export interface ProbeWish {
  /** `clusterwall.dev/probe: "false"`. */
  off: boolean;
  /** `clusterwall.dev/path`, "" if not said. Begins with `/`. */
  path: string;
  /** `clusterwall.dev/text`: must appear, "" if not said. */
  text: string;
  /** `clusterwall.dev/status`: `200`, `200,204`, `2xx`; empty if not said. Each from 100 to 599. */
  status: readonly { from: number; to: number }[];
  /** What of the annotations cannot be understood, in words, "" if nothing. */
  problem: string;
}

const prefix = 'clusterwall.dev/';
const longestText = 500;
const none: ProbeWish = Object.freeze({ off: false, path: '', text: '', status: [], problem: '' });

/** What an object's annotations wish; the very same object where they say nothing, as most do. */
export function probeWishOf(annotations: Raw): ProbeWish {
  const keys = ['probe', 'path', 'text', 'status'].filter((key) => annotations[prefix + key] !== undefined);
  if (keys.length === 0) return none;
  const told = (key: string) => textOf(annotations[prefix + key], longestText).trim();
  const [probe, path, text] = [told('probe'), told('path'), told('text')];
  const status = statusOf(told('status'));
  const isPath = path === '' || isPathOfHost(path);
  // Cut, it would never be found.
  const isText = textOf(annotations[prefix + 'text'], longestText + 1).length <= longestText;
  const problems = [
    ...(/^(true|on|yes|false|off|no|)$/i.test(probe) ? [] : [`probe ${written(probe)} is neither "true" nor "false"`]),
    ...(isPath ? [] : [`path ${written(path)} is no path: it must begin with one / and hold no spaces`]),
    ...(isText ? [] : [`text is longer than ${longestText} characters`]),
    ...(status === null ? [`status ${written(told('status'))} is none: write it like 200, 2xx or 200,204`] : []),
  ];
  return {
    off: /^(false|off|no)$/i.test(probe),
    path: isPath ? path : '',
    text: isText ? text : '',
    status: status ?? [],
    problem: problems.map((problem) => prefix + problem).join('; '),
  };
}

/** As it stands there, on one line, without what may be secret behind a `?` or before an `@`; enough to find it by. */
function written(value: string): string {
  const line = value
    .replace(/[?#].+$/s, '?...')
    .replace(/:\/\/[^/@]*@/, '://')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ');
  return `"${line.length > 60 ? `${line.slice(0, 57).toWellFormed()}...` : line}"`;
}

/** Two of `/` or `\` at its begin would be another host to many who read it. */
function isPathOfHost(path: string): boolean {
  return /^\/(?![/\\])[\x21-\x7e]*$/.test(path);
}

/** `200`, `200,204`, `2xx`, `200-299`; null if it is none of these. */
export function statusOf(text: string): ProbeWish['status'] | null {
  if (text === '') return [];
  const parts = text.split(',').map((part) => part.trim());
  const ranges = parts.map((part) => {
    const [, family] = /^([1-5])xx$/i.exec(part) ?? [];
    if (family !== undefined) return { from: Number(family) * 100, to: Number(family) * 100 + 99 };
    const [, from = '', to = from] = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(part) ?? [];
    return from === '' || Number(to) < Number(from) ? null : { from: Number(from), to: Number(to) };
  });
  return ranges.every((range) => range !== null) && ranges.length <= 20 ? ranges : null;
}
