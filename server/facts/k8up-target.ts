import { objectOf, textOf, type Raw } from './read-raw.ts';
import { targetUrlOf } from './target-url.ts';

/** Kinds of backend and how K8up writes their repository. */
const kinds: Readonly<Record<string, (backend: Raw) => string>> = {
  azure: ({ container, path }) => `azure:${textOf(container)}:${textOf(path) || '/'}`,
  b2: ({ bucket, path }) => `b2:${textOf(bucket)}:${textOf(path)}`,
  gcs: ({ bucket }) => `gs:${textOf(bucket)}:/`,
  local: ({ mountPath }) => textOf(mountPath),
  rest: ({ url }) => `rest:${textOf(url, 1_000)}`,
  // What is not said is the operator's own.
  s3: ({ endpoint, bucket }) =>
    `s3:${[textOf(endpoint, 1_000), textOf(bucket)].filter((part) => part !== '').join('/')}`,
  swift: ({ container, path }) => `swift:${textOf(container)}:${textOf(path)}`,
};

/** Where a raw backend of K8up keeps backups, as restic writes it: `s3:https://host/bucket`, `rest:https://host/`, `/data`; "" if none is named. Without user, password and query. */
export function k8upTargetOf(backend: Raw): string {
  const kind = Object.keys(kinds).find((each) => Object.keys(objectOf(backend[each])).length > 0);
  return kind === undefined ? '' : targetUrlOf(kinds[kind]?.(objectOf(backend[kind])));
}
