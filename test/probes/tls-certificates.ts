import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { generateKeys, privateKeyPem } from '#test/cluster/certificates.ts';

x509.cryptoProvider.set(webcrypto as Crypto);

const hourMs = 3_600_000;

/** A certificate of any shape, however odd. */
export interface OddRequest {
  /** Attributes of its subject in their order. */
  subject?: readonly Record<string, string[]>[];
  names?: readonly string[];
  notBefore?: Date;
  notAfter?: Date;
  isAuthority?: boolean;
  /** Where its issuer's certificate is to be had, as public authorities write it. */
  issuerAt?: string;
  /** Keys of an earlier certificate. */
  keys?: CryptoKeyPair;
  algorithm?: 'EC' | 'RSA' | 'Ed25519';
}

/** A certificate with its key, PEM, that can sign others. */
export interface Signed {
  certificate: string;
  key: string;
  keys: CryptoKeyPair;
  sign(request: OddRequest): Promise<Signed>;
}

/** One that is signed by itself. */
export async function signedByItself(request: OddRequest): Promise<Signed> {
  const keys = request.keys ?? (await keysOf(request));
  return make(request, keys, { name: nameOf(request), keys });
}

async function make(
  request: OddRequest,
  keys: CryptoKeyPair,
  issuer: { name: x509.Name; keys: CryptoKeyPair },
): Promise<Signed> {
  const certificate = await x509.X509CertificateGenerator.create({
    subject: nameOf(request).toJSON(),
    issuer: issuer.name.toJSON(),
    notBefore: request.notBefore ?? new Date(Math.min(Date.now(), request.notAfter?.getTime() ?? Infinity) - hourMs),
    notAfter: request.notAfter ?? new Date(Math.max(Date.now(), request.notBefore?.getTime() ?? 0) + 90 * 24 * hourMs),
    signingAlgorithm: { ...issuer.keys.privateKey.algorithm, hash: 'SHA-256' } as never,
    publicKey: keys.publicKey,
    signingKey: issuer.keys.privateKey,
    extensions: await extensionsOf(request, keys, issuer.keys),
  });
  return {
    certificate: certificate.toString('pem'),
    key: await privateKeyPem(keys),
    keys,
    sign: async (next) => make(next, next.keys ?? (await keysOf(next)), { name: certificate.subjectName, keys }),
  };
}

async function extensionsOf(
  { isAuthority = false, names = [], issuerAt }: OddRequest,
  keys: CryptoKeyPair,
  signer: CryptoKeyPair,
): Promise<x509.Extension[]> {
  const { keyCertSign, digitalSignature } = x509.KeyUsageFlags;
  const alternatives = names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const);
  return [
    new x509.BasicConstraintsExtension(isAuthority, undefined, true),
    new x509.KeyUsagesExtension(isAuthority ? keyCertSign | digitalSignature : digitalSignature, true),
    await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    await x509.AuthorityKeyIdentifierExtension.create(signer.publicKey, false, webcrypto as Crypto),
    ...(alternatives.length > 0 ? [new x509.SubjectAlternativeNameExtension(alternatives)] : []),
    ...(issuerAt === undefined ? [] : [new x509.AuthorityInfoAccessExtension({ caIssuers: issuerAt })]),
  ];
}

function nameOf({ subject = [{ CN: ['odd'] }] }: OddRequest): x509.Name {
  return new x509.Name([...subject]);
}

const algorithms = {
  RSA: { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' },
  Ed25519: { name: 'Ed25519' },
};

async function keysOf({ algorithm = 'EC' }: OddRequest): Promise<CryptoKeyPair> {
  if (algorithm === 'EC') return generateKeys();
  return (await webcrypto.subtle.generateKey(algorithms[algorithm], true, ['sign', 'verify'])) as CryptoKeyPair;
}
