import { badRequest, invalidOption, statusAnswer, type WholeAnswer } from './status-answer.ts';

/** The options of a list or watch, understood as the API server understands them. */
export interface ListQuery {
  watch: boolean;
  /** 0 is no limit. */
  limit: number;
  continue: string;
  /** null where none is named: the newest. */
  resourceVersion: number | null;
  match: '' | 'Exact' | 'NotOlderThan';
  sendInitialEvents: boolean;
  bookmarks: boolean;
  /** 0 where none is named. */
  timeoutSeconds: number;
  labelSelector: string;
  fieldSelector: string;
}

/** Reads the options, or gives the refusal they deserve. */
export function parseListQuery(query: URLSearchParams): ListQuery | WholeAnswer {
  const text = (name: string) => query.get(name) ?? '';
  const whole = (name: string) => Number(text(name) === '' ? 0 : text(name));
  for (const name of ['limit', 'timeoutSeconds']) {
    const given = text(name);
    if (!/^-?\d{0,18}$/.test(given) || given === '-') {
      return badRequest(`strconv.ParseInt: parsing ${JSON.stringify(given.slice(0, 80))}: invalid syntax`);
    }
  }
  const watch = isTrue(query, 'watch');
  const revision = text('resourceVersion');
  if (!/^\d{0,19}$/.test(revision)) return invalidRevision(revision, watch);
  const parsed: ListQuery = {
    watch,
    limit: Math.max(whole('limit'), 0),
    continue: text('continue'),
    resourceVersion: revision === '' ? null : Number(revision),
    match: text('resourceVersionMatch') as ListQuery['match'],
    sendInitialEvents: isTrue(query, 'sendInitialEvents'),
    bookmarks: isTrue(query, 'allowWatchBookmarks'),
    timeoutSeconds: Math.max(whole('timeoutSeconds'), 0),
    labelSelector: text('labelSelector'),
    fieldSelector: text('fieldSelector'),
  };
  return contradiction(parsed) ?? parsed;
}

/** Go's reading: present without value is true, and so is everything but "0" and "false". */
function isTrue(query: URLSearchParams, name: string): boolean {
  const given = query.get(name);
  return given !== null && given !== '0' && given.toLowerCase() !== 'false';
}

function invalidRevision(given: string, watch: boolean): WholeAnswer {
  const quoted = JSON.stringify(given.slice(0, 80));
  const said = `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
  return watch ? statusAnswer(500, said) : badRequest(`invalid resource version: ${said}`);
}

function contradiction(query: ListQuery): WholeAnswer | null {
  const forbidden = (field: string, why: string) => invalidOption(field, 'FieldValueForbidden', `Forbidden: ${why}`);
  const { match, sendInitialEvents, watch } = query;
  if (sendInitialEvents && !watch) return forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list');
  if (sendInitialEvents && match !== 'NotOlderThan') {
    const why = 'sendInitialEvents requires setting resourceVersionMatch to NotOlderThan';
    return forbidden('resourceVersionMatch', why);
  }
  if (match === '' || sendInitialEvents) return null;
  const rule = watch ? 'resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided' : '';
  if (rule) return forbidden('resourceVersionMatch', rule);
  if (query.resourceVersion === null) {
    return forbidden('resourceVersionMatch', 'resourceVersionMatch is forbidden unless resourceVersion is provided');
  }
  if (match === 'Exact' || match === 'NotOlderThan') return null;
  const message = `Unsupported value: ${JSON.stringify(match)}: supported values: "Exact", "NotOlderThan", ""`;
  return invalidOption('resourceVersionMatch', 'FieldValueNotSupported', message);
}
