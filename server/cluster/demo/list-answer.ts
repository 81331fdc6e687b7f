import type { ListQuery } from './list-query.ts';
import { keyOf, type ObjectStore } from './object-store.ts';
import type { RawObject } from './raw-objects.ts';
import { apiVersionOf, resources, type ResourceName } from './resources.ts';
import type { Selector } from './selector.ts';
import { badRequest, jsonAnswer, statusAnswer, tooLargeRevision, type WholeAnswer } from './status-answer.ts';

// How long the API server waits for a revision that is yet to come.
const FRESHNESS_WAIT_MS = 3000;
const TOKEN_TOO_OLD =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.';

/** Where a paged list goes on: all pages are of one revision, -1 is "whatever holds now". */
interface ContinueToken {
  revision: number;
  /** The key after which to go on. */
  after: string;
}

/** A list, whole or one page of it. `selected` also cuts down to the namespace asked for. */
export function listAnswer(store: ObjectStore, name: ResourceName, query: ListQuery, selected: Selector): WholeAnswer {
  const wanted = query.resourceVersion ?? 0;
  if (wanted > store.revision()) {
    const answer = jsonAnswer(504, tooLargeRevision(wanted, store.revision()));
    return { ...answer, headers: { ...answer.headers, 'retry-after': '1' }, takesMs: FRESHNESS_WAIT_MS };
  }
  const token = query.continue === '' ? null : readToken(query.continue);
  if (token && 'problem' in token) return badRequest(`invalid continue token: ${token.problem}`);
  const revision = token && token.revision > 0 ? token.revision : query.match === 'Exact' ? wanted : store.revision();
  const all = store.listAt(name, revision);
  if (!all) return tooOld(token);
  const rest = all.filter((object) => selected(object) && (!token || keyOf(object) > token.after));
  return jsonAnswer(200, page(name, revision, rest, query.limit));
}

function page(name: ResourceName, revision: number, rest: readonly RawObject[], limit: number): object {
  const { kind, custom } = resources[name];
  const apiVersion = apiVersionOf(resources[name]);
  const items = limit > 0 ? rest.slice(0, limit) : rest;
  const last = items.at(-1);
  const more = items.length < rest.length && last;
  const metadata = more
    ? { continue: writeToken(revision, keyOf(last)), remainingItemCount: rest.length - items.length }
    : {};
  return {
    kind: `${kind}List`,
    apiVersion,
    metadata: { resourceVersion: String(revision), ...metadata },
    items: custom ? items.map((item) => ({ apiVersion, kind, ...item })) : items,
  };
}

function tooOld(token: ContinueToken | null): WholeAnswer {
  if (!token) return statusAnswer(410, 'The resourceVersion for the provided list is too old.', { reason: 'Expired' });
  return statusAnswer(410, TOKEN_TOO_OLD, { reason: 'Expired', continue: writeToken(-1, token.after) });
}

function writeToken(revision: number, after: string): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: `/${after}\0` });
  return Buffer.from(text).toString('base64url');
}

function readToken(token: string): ContinueToken | { problem: string } {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64url').toString());
    const { v, rv, start } = (read ?? {}) as Record<string, unknown>;
    if (v !== 'meta.k8s.io/v1' || typeof rv !== 'number' || typeof start !== 'string') {
      return { problem: 'continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)' };
    }
    return { revision: rv, after: start.slice(1, -1) };
  } catch (error) {
    return { problem: `continue key is not valid: ${error instanceof Error ? error.message : String(error)}` };
  }
}
