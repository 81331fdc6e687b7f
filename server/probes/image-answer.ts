import type { HttpAnswer } from '#server/cluster/network.ts';
import { objectOf, objectsOf } from '#server/facts/read-raw.ts';
import { jsonOf } from './json-text.ts';

/**
 * What a registry says of one image. `missing`: it says so in its own words; `not-found`: somebody says so, which may be a proxy
 * in front of it; `refused`: it wants a login that we lack; `denied`: it wants another; `limited`: later; `no-answer`: it cannot tell.
 */
export type ImageAnswer = 'held' | 'missing' | 'not-found' | 'refused' | 'denied' | 'limited' | 'no-answer';

/** What manifests and lists of them are, as registries and runtimes name them: without these one that is held is "not found". */
export const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const missingCodes = new Set(['MANIFEST_UNKNOWN', 'NAME_UNKNOWN', 'NOT_FOUND']);

/** What an answer to HEAD or GET of a manifest means. Pure. */
export function imageAnswer(answer: HttpAnswer): ImageAnswer {
  if (answer.trouble !== '') return 'no-answer';
  const { status, headers, body } = answer;
  // A page that says 200 to all is no manifest.
  if (status === 200) return isManifest(headers) ? 'held' : 'no-answer';
  if (status === 401) return 'refused';
  if (status === 403) return 'denied';
  if (status === 429) return 'limited';
  if (status !== 404) return 'no-answer';
  const errors = objectsOf(objectOf(jsonOf(body))['errors'], 10);
  return errors.some(({ code }) => typeof code === 'string' && missingCodes.has(code)) ? 'missing' : 'not-found';
}

function isManifest(headers: Readonly<Record<string, string>>): boolean {
  return 'docker-content-digest' in headers || /manifest|image\.index/.test(headers['content-type'] ?? '');
}
