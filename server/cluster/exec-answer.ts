import { certificateExpiry, certificateProblem, isToken, tokenExpiry } from './credential-check.ts';
import { isMap } from './kubeconfig-file.ts';
import type { ClientCertificate } from './way-in.ts';

/** What a plugin gave. `expiresAt` in epoch ms, null if it said nothing and nothing can be read from it. */
export interface ExecAnswer {
  token: string | null;
  certificate: ClientCertificate | null;
  /** When the plugin itself says that it expires: till then it is kept. */
  keepUntil: number | null;
  expiresAt: number | null;
}

/** Reads a plugin's `ExecCredential`; the problem is to be said after the plugin's name and quotes nothing of the answer. */
export function readExecAnswer(output: string, apiVersion: string): ExecAnswer | { problem: string } {
  const answer = parseJson(output);
  if (answer === null) return { problem: 'gave an answer that is not JSON' };
  if (answer['kind'] !== 'ExecCredential') return { problem: 'gave an answer that is no ExecCredential' };
  if (answer['apiVersion'] !== apiVersion)
    return { problem: `gave an answer of another apiVersion than ${apiVersion}` };
  const status = isMap(answer['status']) ? answer['status'] : {};
  const {
    token = '',
    clientCertificateData: pem = '',
    clientKeyData: key = '',
    expirationTimestamp: expiry = '',
  } = status;
  if (![token, pem, key, expiry].every((value) => typeof value === 'string'))
    return { problem: 'gave an answer with odd fields' };
  if (token === '' && pem === '') return { problem: 'gave neither a token nor a client certificate' };
  if (token !== '' && !isToken(token as string)) return { problem: 'gave a token with characters that no token has' };
  if ((pem === '') !== (key === ''))
    return { problem: 'gave a client certificate without its key, or the other way round' };
  const certificate = pem === '' ? null : { certificate: pem as string, key: key as string };
  const problem = certificate === null ? '' : certificateProblem(certificate);
  if (problem !== '') return { problem: `gave a client certificate that ${problem}` };
  const keepUntil = expiry === '' ? null : Date.parse(expiry as string);
  if (keepUntil !== null && !Number.isFinite(keepUntil))
    return { problem: 'gave an expirationTimestamp that is no time' };
  const own = certificate === null ? tokenExpiry(token as string) : certificateExpiry(certificate.certificate);
  return { token: token === '' ? null : (token as string), certificate, keepUntil, expiresAt: keepUntil ?? own };
}

function parseJson(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isMap(value) ? value : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // not JSON: what null means
    throw error;
  }
}
