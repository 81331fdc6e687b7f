import { connect } from 'node:tls';
import type { CertificateAuthority, KeyPair, Validity } from './certificates.ts';
import type { PlaneFiles } from './plane-files.ts';
import { until } from './until.ts';

/** The serving certificate to exchange the present one for: by default a good one. */
export interface ServingCertificateRequest extends Validity {
  /** Instead of the usual names and those given at the start. */
  names?: readonly string[];
  /** Another authority than the cluster's, which nobody trusts. */
  authority?: CertificateAuthority;
}

/** Writes another serving certificate for the same key, and waits until the API server shows it in new handshakes. */
export async function exchangeServingCertificate(
  files: PlaneFiles,
  port: number,
  { names = files.servingNames, authority = files.authority, ...validity }: ServingCertificateRequest,
): Promise<KeyPair> {
  // With the same key there is no moment in which certificate and key on disk do not fit.
  const request = { commonName: 'kube-apiserver', names, usage: 'server', keys: files.serving.keys } as const;
  const issued = await authority.issue({ ...request, ...validity });
  files.write('serving.crt', issued.certificate);
  const shown = async () => pem(await servedCertificate(port)) === issued.certificate.trim();
  // The API server watches the file and, should that fail, looks once a minute.
  await until('the exchanged serving certificate is shown', shown, { withinMs: 75_000 });
  return issued;
}

/** The certificate (DER) that a server shows in a new handshake, trusted or not. */
export function servedCertificate(port: number, host = '127.0.0.1'): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, rejectUnauthorized: false, timeout: 5000 });
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().raw);
      socket.destroy();
    });
    socket.once('timeout', () => socket.destroy(new Error('no TLS handshake within 5 s')));
    socket.once('error', reject);
  });
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----'].join('\n');
}
