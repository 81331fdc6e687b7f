import { sign, type KeyObject } from 'node:crypto';
import type { ApiConnection } from './api-connection.ts';

// The API server issues no token for less than 10 minutes; shorter ones are signed here with its own key.
const SHORTEST_ISSUED_SECONDS = 600;

/** A ServiceAccount. */
export interface Account {
  namespace: string;
  name: string;
}

/** A token for a ServiceAccount, which must exist. */
export async function issueToken(
  request: ApiConnection['request'],
  signingKey: KeyObject,
  account: Account,
  seconds: number,
) {
  const path = `/api/v1/namespaces/${account.namespace}/serviceaccounts/${account.name}`;
  if (seconds < SHORTEST_ISSUED_SECONDS) {
    const { metadata } = await request<{ metadata: { uid: string } }>('GET', path);
    return signToken(signingKey, account, metadata.uid, seconds);
  }
  const answer = await request<{ status: { token: string } }>('POST', `${path}/token`, {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'TokenRequest',
    spec: { expirationSeconds: seconds },
  });
  return answer.status.token;
}

/** The claims are those that the API server itself puts into a token. */
function signToken(key: KeyObject, { namespace, name }: Account, uid: string, seconds: number): string {
  const now = Math.floor(Date.now() / 1000);
  const issuer = 'https://kubernetes.default.svc';
  const claims = {
    iss: issuer,
    aud: [issuer],
    sub: `system:serviceaccount:${namespace}:${name}`,
    iat: now,
    nbf: now,
    exp: now + seconds,
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
  };
  const signed = `${base64url({ alg: 'ES256', typ: 'JWT' })}.${base64url(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
