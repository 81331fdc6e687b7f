import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { Refusal } from './door-words.ts';

interface Figure {
  value: string;
  rest: string;
}

const figures: Record<Refusal, Figure> = {
  unauthorized: { value: '401', rest: 'Unauthorized' },
  forbidden: { value: '403', rest: 'Forbidden' },
  'too-many-requests': { value: '429', rest: 'Too Many Requests' },
  refused: { value: 'refused', rest: 'no connection' },
  unreachable: { value: 'no way', rest: 'to the API server' },
  dns: { value: 'no name', rest: 'cannot be resolved' },
  timeout: { value: 'no answer', rest: 'timed out' },
  silent: { value: 'no answer', rest: 'connected, then silent' },
  untrusted: { value: 'untrusted', rest: 'API certificate' },
  'wrong-name': { value: 'wrong name', rest: 'API certificate' },
  'certificate-expired': { value: 'expired', rest: 'API certificate' },
  'certificate-not-yet-valid': { value: 'too early', rest: 'API certificate' },
  'no-credentials': { value: 'no login', rest: 'credentials missing' },
  reset: { value: 'cut off', rest: 'connection reset' },
  failing: { value: 'error', rest: 'of the API server' },
  'bad-gateway': { value: 'gateway', rest: 'API not behind it' },
  redirected: { value: 'led away', rest: 'not a Kubernetes API' },
  'web-page': { value: 'a page', rest: 'not a Kubernetes API' },
  unexpected: { value: 'odd', rest: 'not a Kubernetes API' },
};

/** What a tile shows in place of a latency, in few letters; the status itself where it says most. */
export function refusalFigure(refusal: Refusal, { status }: Pick<ApiDoorFact, 'status'>): Figure {
  const figure = figures[refusal];
  const byStatus = refusal === 'failing' || refusal === 'bad-gateway' || refusal === 'unexpected';
  return byStatus && status !== null ? { ...figure, value: String(status) } : figure;
}
