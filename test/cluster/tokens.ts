import { sign, type KeyObject } from 'node:crypto';
import { ApiRequestError, type ApiConnection } from './api-connection.ts';

// The API server issues no token for less than 10 minutes; shorter ones are signed here with its own key.
const SHORTEST_ISSUED_SECONDS = 600;

// It takes a token for a minute longer than the token says.
const LEEWAY_SECONDS = 60;

/** A ServiceAccount. */
export interface Account {
  namespace: string;
  name: string;
}

/** A token that is taken for so many seconds (and perhaps 10 more, as reviews are cached), for an account that is created if need be. */
export async function issueToken(
  request: ApiConnection['request'],
  signingKey: KeyObject,
  account: Account,
  seconds: number,
) {
  const collection = `/api/v1/namespaces/${account.namespace}/serviceaccounts`;
  const path = `${collection}/${account.name}`;
  await createIfMissing(request, collection, account.name);
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

async function createIfMissing(request: ApiConnection['request'], collection: string, name: string): Promise<void> {
  try {
    await request('POST', collection, { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } });
  } catch (error) {
    if (!(error instanceof ApiRequestError && error.status === 409)) throw error;
  }
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
    exp: now + seconds - LEEWAY_SECONDS,
    'kubernetes.io': { namespace, serviceaccount: { name, uid } },
  };
  const signed = `${base64url({ alg: 'ES256', typ: 'JWT' })}.${base64url(claims)}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

function base64url(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}
