/** A whole answer of the API server, or `hanging` where it gives none. */
export interface WholeAnswer {
  kind: 'whole';
  status: number;
  headers: Record<string, string>;
  body: string;
  /** How long it takes beyond the usual latency, ms. */
  takesMs: number;
}

/** What is told of a failure beside its message. */
export interface StatusParts {
  reason?: string;
  details?: object;
  /** `metadata.continue`, with which an expired list may go on. */
  continue?: string;
}

/** The Status object in which the API server tells failures; keys in its order. */
export function statusObject(code: number, message: string, parts: StatusParts = {}): object {
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: parts.continue === undefined ? {} : { continue: parts.continue },
    status: 'Failure',
    message,
    ...(parts.reason === undefined ? {} : { reason: parts.reason }),
    ...(parts.details === undefined ? {} : { details: parts.details }),
    code,
  };
}

export function statusAnswer(code: number, message: string, parts: StatusParts = {}): WholeAnswer {
  return jsonAnswer(code, statusObject(code, message, parts));
}

export function jsonAnswer(status: number, body: object): WholeAnswer {
  const headers = { 'content-type': 'application/json' };
  return { kind: 'whole', status, headers, body: `${JSON.stringify(body)}\n`, takesMs: 0 };
}

export function textAnswer(status: number, body: string): WholeAnswer {
  const headers = { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' };
  return { kind: 'whole', status, headers, body, takesMs: 0 };
}

export function badRequest(message: string): WholeAnswer {
  return statusAnswer(400, message, { reason: 'BadRequest' });
}

export function unauthorized(): WholeAnswer {
  return statusAnswer(401, 'Unauthorized', { reason: 'Unauthorized' });
}

/** A path that no API group serves. */
export function pageNotFound(): WholeAnswer {
  return textAnswer(404, '404 page not found\n');
}

/** A path below a group and version that exist. */
export function resourceNotFound(): WholeAnswer {
  return statusAnswer(404, 'the server could not find the requested resource', { reason: 'NotFound', details: {} });
}

/** A query option that contradicts the others. */
export function invalidOption(field: string, reason: string, message: string): WholeAnswer {
  const causes = [{ reason, message, field }];
  return statusAnswer(422, `ListOptions.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    reason: 'Invalid',
    details: { group: 'meta.k8s.io', kind: 'ListOptions', causes },
  });
}

/** A revision that is yet to come. The API server waits 3 s for it before it says so. */
export function tooLargeRevision(wanted: number, current: number): object {
  const causes = [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }];
  return statusObject(504, `Timeout: Too large resource version: ${wanted}, current: ${current}`, {
    reason: 'Timeout',
    details: { causes, retryAfterSeconds: 1 },
  });
}
