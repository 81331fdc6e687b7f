import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import {
  asItIs,
  messageOf,
  numberOf,
  objectOf,
  objectsOf,
  textOf,
  textsOf,
  timeOf,
  type Intern,
  type Raw,
} from './read-raw.ts';

/**
 * A Certificate of cert-manager: what is issued and renewed, without its Secret. Source: `/apis/cert-manager.io/v1/certificates`.
 * Times epoch ms, null where the object has none.
 */
export interface IssuedCertificateFact extends FactHead {
  namespace: string;
  name: string;
  /** DNS names and addresses, at most 100. */
  names: string[];
  secretName: string;
  /** "ClusterIssuer letsencrypt". */
  issuer: string;
  ready: IssuedCondition | null;
  issuing: IssuedCondition | null;
  notBefore: number | null;
  notAfter: number | null;
  /** When it is to be renewed; null where renewal is switched off or nothing is issued yet. */
  renewalAt: number | null;
  /** `spec.renewal.policy: Disabled`. */
  renewalOff: boolean;
  lastFailureAt: number | null;
  failedAttempts: number;
  /** How often it was issued, 0 if never. */
  revision: number;
  createdAt: number | null;
}

/** A condition of it. */
export interface IssuedCondition {
  status: 'True' | 'False' | 'Unknown';
  reason: string;
  message: string;
  changedAt: number | null;
}

const mostNames = 100;
const mostConditions = 32;
// Attempts and revisions are counted one by one: more than this nobody has waited for.
const mostCounted = 1e9;

/** A raw Certificate of cert-manager as a fact; null if it has no name. */
export function issuedCertificateFact(
  raw: unknown,
  source: string,
  intern: Intern = asItIs,
): IssuedCertificateFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const status = objectOf(objectOf(raw)['status']);
  const conditions = objectsOf(status['conditions'], mostConditions);
  return {
    ...identity,
    source,
    names: namesOf(spec),
    secretName: textOf(spec['secretName']),
    issuer: intern(issuerOf(objectOf(spec['issuerRef']))),
    ready: conditionOf(conditions, 'Ready'),
    issuing: conditionOf(conditions, 'Issuing'),
    notBefore: timeOf(status['notBefore']),
    notAfter: timeOf(status['notAfter']),
    renewalAt: timeOf(status['renewalTime']),
    renewalOff: objectOf(spec['renewal'])['policy'] === 'Disabled',
    lastFailureAt: timeOf(status['lastFailureTime']),
    failedAttempts: countOf(status['failedIssuanceAttempts']),
    revision: countOf(status['revision']),
    createdAt: timeOf(objectOf(objectOf(raw)['metadata'])['creationTimestamp']),
  };
}

function namesOf(spec: Raw): string[] {
  const dnsNames = textsOf(spec['dnsNames'], mostNames);
  const names = [...dnsNames, ...textsOf(spec['ipAddresses'], mostNames - dnsNames.length)];
  const commonName = textOf(spec['commonName']);
  return names.length === 0 && commonName !== '' ? [commonName] : names;
}

function issuerOf({ kind, name }: Raw): string {
  const named = textOf(name);
  return named === '' ? '' : `${textOf(kind) || 'Issuer'} ${named}`;
}

function conditionOf(conditions: readonly Raw[], type: string): IssuedCondition | null {
  const found = conditions.find((condition) => condition['type'] === type);
  if (found === undefined) return null;
  const status = found['status'];
  return {
    status: status === 'True' || status === 'False' ? status : 'Unknown',
    reason: textOf(found['reason']),
    message: messageOf(found['message']),
    changedAt: timeOf(found['lastTransitionTime']),
  };
}

function countOf(value: unknown): number {
  return Math.floor(numberOf(value, 0, mostCounted) ?? 0);
}
