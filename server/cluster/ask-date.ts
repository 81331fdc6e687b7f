import { request } from 'node:https';
import { verification } from './dial.ts';
import type { Endpoint } from './way-in.ts';

/**
 * The `Date` that a server writes, by a connection of its own that verifies nothing and presents nothing: for when its
 * certificate seems expired, or not yet valid, because a clock is wrong. Nobody is believed for it: it goes into words and
 * opens no door. "" if there is none. Never rejects.
 */
export function askDate(endpoint: Endpoint, limitMs: number): Promise<string> {
  return new Promise((resolve) => {
    const asking = request({
      ...verification(endpoint),
      rejectUnauthorized: false,
      agent: false,
      path: `${endpoint.pathPrefix}/version`,
      headers: { host: endpoint.address },
      signal: AbortSignal.timeout(limitMs),
    });
    asking.once('response', (answer) => {
      resolve(answer.headers.date ?? '');
      answer.destroy();
    });
    // No answer is no date. More than one error may come: a server may cut the connection after we have.
    asking.on('error', () => resolve(''));
    asking.end();
  });
}
