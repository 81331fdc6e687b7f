import 'reflect-metadata';
import { isIP } from 'node:net';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto as Crypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR_MS = 3_600_000;

/** A certificate and its private key (PKCS #8), both PEM. `keys` is the same key pair, to issue another certificate for it. */
export interface KeyPair {
  certificate: string;
  key: string;
  keys: CryptoKeyPair;
}

/** From when to when a certificate is valid; by default from an hour ago for a day. X.509 knows whole seconds only. */
export interface Validity {
  notBefore?: Date;
  notAfter?: Date;
}

/** What a certificate shall say. For the API server the common name is the user and the organizations are the groups. */
export interface CertificateRequest extends Validity {
  commonName: string;
  organizations?: readonly string[];
  /** DNS names and IP addresses. */
  names?: readonly string[];
  usage: 'client' | 'server';
  /** Keys of an earlier certificate; new ones by default. */
  keys?: CryptoKeyPair;
}

/** A certificate authority of the test bed; nothing outside trusts it. */
export interface CertificateAuthority {
  certificate: string;
  key: string;
  issue(request: CertificateRequest): Promise<KeyPair>;
}

/** Makes a self-signed authority, of ten years unless told otherwise. */
export async function createCertificateAuthority(
  commonName: string,
  notAfter = new Date(Date.now() + 3650 * 24 * HOUR_MS),
): Promise<CertificateAuthority> {
  const keys = await generateKeys();
  const self = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    ...validity({ notAfter }),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.digitalSignature, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return {
    certificate: self.toString('pem'),
    key: await privateKeyPem(keys),
    issue: (request) => issue(self, keys, request),
  };
}

/** A server's certificate that nobody but itself has signed, as appliances and kubelets make theirs. */
export async function createSelfSigned(request: Omit<CertificateRequest, 'usage'>): Promise<KeyPair> {
  const keys = request.keys ?? (await generateKeys());
  const self = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [request.commonName] }],
    ...validity(request),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new x509.SubjectAlternativeNameExtension(alternativeNames(request))],
  });
  return { certificate: self.toString('pem'), key: await privateKeyPem(keys), keys };
}

/** An EC key pair. */
export function generateKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<CryptoKeyPair>;
}

/** The private key, PKCS #8 in PEM. */
export async function privateKeyPem(keys: CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
}

/** The public key, SPKI in PEM. */
export async function publicKeyPem(keys: CryptoKeyPair): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('spki', keys.publicKey), 'PUBLIC KEY');
}

async function issue(issuer: x509.X509Certificate, signer: CryptoKeyPair, request: CertificateRequest) {
  const keys = request.keys ?? (await generateKeys());
  const certificate = await x509.X509CertificateGenerator.create({
    // A name attribute may not be empty, an absent one is fine.
    subject: [{ CN: [request.commonName] }, ...(request.organizations ?? []).map((name) => ({ O: [name] }))],
    issuer: issuer.subjectName,
    ...validity(request),
    signingAlgorithm: ALGORITHM,
    publicKey: keys.publicKey,
    signingKey: signer.privateKey,
    extensions: await extensions(issuer, request),
  });
  return { certificate: certificate.toString('pem'), key: await privateKeyPem(keys), keys };
}

async function extensions(issuer: x509.X509Certificate, request: CertificateRequest): Promise<x509.Extension[]> {
  const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;
  const usage = request.usage === 'client' ? clientAuth : serverAuth;
  const always = [
    new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
    new x509.ExtendedKeyUsageExtension([usage]),
    await x509.AuthorityKeyIdentifierExtension.create(issuer.publicKey, false, webcrypto as Crypto),
  ];
  const names = alternativeNames(request);
  return names.length > 0 ? [...always, new x509.SubjectAlternativeNameExtension(names)] : always;
}

function alternativeNames({ names = [] }: Pick<CertificateRequest, 'names'>) {
  return names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value }) as const);
}

function validity({ notBefore, notAfter }: Validity): Required<Validity> {
  return {
    notBefore: notBefore ?? new Date(Math.min(Date.now(), notAfter?.getTime() ?? Infinity) - HOUR_MS),
    notAfter: notAfter ?? new Date(Math.max(Date.now(), notBefore?.getTime() ?? 0) + 24 * HOUR_MS),
  };
}
