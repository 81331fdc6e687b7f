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
const none: ProbeWish = Object.freeze({ off: false, path: '', text: '', status: [], problem: '' });

/** What an object's annotations wish; the very same object where they say nothing, as most do. */
export function probeWishOf(annotations: Raw): ProbeWish {
  const keys = ['probe', 'path', 'text', 'status'].filter((key) => annotations[prefix + key] !== undefined);
  if (keys.length === 0) return none;
  const told = (key: string) => textOf(annotations[prefix + key], 500).trim();
  const path = told('path');
  const status = statusOf(told('status'));
  const problems = [
    ...(path === '' || /^\/[\x21-\x7e]*$/.test(path) ? [] : ['path is none: it must begin with /']),
    ...(status === null ? ['status is none: write it like 200, 2xx or 200,204'] : []),
  ];
  return {
    off: /^(false|off|no)$/i.test(told('probe')),
    path: problems.some((problem) => problem.startsWith('path')) ? '' : path,
    text: told('text'),
    status: status ?? [],
    problem: problems.map((problem) => prefix + problem).join('; '),
  };
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
