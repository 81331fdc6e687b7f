/**
 * Headers of `as`, `as-groups` and `as-uid`. Refused by name is what we do not pass on: silently leaving it out would
 * show a cluster with other eyes than kubectl's.
 */
export function readImpersonation(fields: Record<string, unknown>): {
  headers: Record<string, string | string[]>;
  problems: string[];
} {
  const { as = '', 'as-uid': uid = '', 'as-groups': groups, 'as-user-extra': extra } = fields;
  const names: unknown[] = Array.isArray(groups) ? groups : [];
  const problems: string[] = [];
  if (extra !== undefined && extra !== null) problems.push('as-user-extra is not supported');
  if ((groups ?? null) !== null && !names.every(isHeaderText)) problems.push('as-groups is no list of group names');
  for (const [field, value] of [
    ['as', as ?? ''],
    ['as-uid', uid ?? ''],
  ] as const) {
    if (value !== '' && !isHeaderText(value)) problems.push(`${field} holds characters that no header may have`);
  }
  const wanted = names.length > 0 || (uid ?? '') !== '';
  if ((as ?? '') === '') {
    if (wanted) problems.push('as-groups and as-uid need a user (as)');
    return { headers: {}, problems };
  }
  const headers: Record<string, string | string[]> = { 'impersonate-user': String(as) };
  if (names.length > 0) headers['impersonate-group'] = names.map(String);
  if ((uid ?? '') !== '') headers['impersonate-uid'] = String(uid);
  return { headers, problems };
}

function isHeaderText(value: unknown): boolean {
  return typeof value === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(value);
}
