import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  createCertificateAuthority,
  generateKeys,
  privateKeyPem,
  publicKeyPem,
  type CertificateAuthority,
  type KeyPair,
} from './certificates.ts';

/** Certificates and keys of one control plane, in memory and as files. */
export interface PlaneFiles {
  directory: string;
  authority: CertificateAuthority;
  serving: KeyPair;
  /** All names in the serving certificate. */
  servingNames: readonly string[];
  serviceAccountKeys: CryptoKeyPair;
  /** Path of a file by its name. */
  path(name: PlaneFile): string;
  /** Replaces a file at once, never half-written. */
  write(name: string, content: string): string;
}

/** The files that the components are started with. */
export type PlaneFile =
  | 'ca.crt'
  | 'ca.key'
  | 'front-proxy-ca.crt'
  | 'front-proxy.crt'
  | 'front-proxy.key'
  | 'kubelet-client.crt'
  | 'kubelet-client.key'
  | 'kwok.crt'
  | 'kwok.key'
  | 'service-account.key'
  | 'service-account.pub'
  | 'serving.crt'
  | 'serving.key';

/** The names under which the API server is reached besides those that the caller adds. */
const SERVING_NAMES = ['127.0.0.1', '10.0.0.1', 'localhost', 'kubernetes', 'kubernetes.default.svc'] as const;

/** Common name of the authority of every control plane. */
export const AUTHORITY_NAME = 'test-bed-ca';

/** Makes all certificates and keys of a control plane and writes them into the directory. */
export async function writePlaneFiles(directory: string, furtherServingNames: readonly string[]): Promise<PlaneFiles> {
  mkdirSync(directory, { recursive: true });
  const authority = await createCertificateAuthority(AUTHORITY_NAME);
  const frontProxy = await createCertificateAuthority('test-bed-front-proxy-ca');
  const names = [...SERVING_NAMES, ...furtherServingNames];
  const serving = await authority.issue({ commonName: 'kube-apiserver', names, usage: 'server' });
  const serviceAccountKeys = await generateKeys();
  const write = (name: string, content: string) => writeAtOnce(directory, name, content);

  write('ca.crt', authority.certificate);
  write('ca.key', authority.key);
  write('front-proxy-ca.crt', frontProxy.certificate);
  write('service-account.key', await privateKeyPem(serviceAccountKeys));
  write('service-account.pub', await publicKeyPem(serviceAccountKeys));
  const pairs: Record<string, KeyPair> = {
    serving,
    'front-proxy': await frontProxy.issue({ commonName: 'front-proxy-client', usage: 'client' }),
    'kubelet-client': await authority.issue({
      commonName: 'kube-apiserver-kubelet-client',
      organizations: ['system:masters'],
      usage: 'client',
    }),
    kwok: await authority.issue({ commonName: 'kwok', names: ['127.0.0.1'], usage: 'server' }),
  };
  for (const [name, pair] of Object.entries(pairs)) {
    write(`${name}.crt`, pair.certificate);
    write(`${name}.key`, pair.key);
  }
  const path = (name: PlaneFile) => join(directory, name);
  return { directory, authority, serving, servingNames: names, serviceAccountKeys, path, write };
}

function writeAtOnce(directory: string, name: string, content: string): string {
  const path = join(directory, name);
  writeFileSync(`${path}.new`, content, { mode: 0o600 });
  renameSync(`${path}.new`, path);
  return path;
}
