import type { FactHead } from './fact.ts';
import { identityOf } from './identity.ts';
import { asItIs, numberOf, objectOf, objectsOf, textOf, type Intern, type Raw } from './read-raw.ts';

/** A Gateway: which ports speak TLS. Source: `/apis/gateway.networking.k8s.io/v1/gateways`. */
export interface GatewayFact extends FactHead {
  namespace: string;
  name: string;
  className: string;
  /** At most 64. */
  listeners: GatewayListener[];
  /** Addresses of `status.addresses`, at most 10. */
  addresses: string[];
}

/** One of its listeners. */
export interface GatewayListener {
  name: string;
  /** "HTTPS", "TLS", "HTTP", "TCP", "UDP" or whatever is written. */
  protocol: string;
  port: number;
  /** "" for all hosts; may begin with `*.`. */
  hostname: string;
  /** False for `tls.mode: Passthrough`, where the certificate is the backend's. */
  terminates: boolean;
  /** `namespace/name` of its first certificate's Secret, null where none is named. */
  secret: string | null;
}

const mostListeners = 64;
const mostAddresses = 10;

/** A raw Gateway as a fact; null if it has no name. A listener without a port, which the API refuses, is left out. */
export function gatewayFact(raw: unknown, source: string, intern: Intern = asItIs): GatewayFact | null {
  const identity = identityOf(raw, intern);
  if (identity === null) return null;
  const spec = objectOf(objectOf(raw)['spec']);
  const addresses = objectsOf(objectOf(objectOf(raw)['status'])['addresses'], mostAddresses);
  return {
    ...identity,
    source,
    className: intern(textOf(spec['gatewayClassName'])),
    listeners: objectsOf(spec['listeners'], mostListeners).flatMap((each) => listenerOf(each, identity.namespace)),
    addresses: addresses.map(({ value }) => textOf(value)).filter((address) => address !== ''),
  };
}

function listenerOf(raw: Raw, namespace: string): GatewayListener[] {
  const port = numberOf(raw['port'], 1, 65_535);
  if (port === null || !Number.isInteger(port)) return [];
  const tls = objectOf(raw['tls']);
  return [
    {
      name: textOf(raw['name']),
      protocol: textOf(raw['protocol']),
      port,
      hostname: textOf(raw['hostname']),
      terminates: tls['mode'] !== 'Passthrough',
      secret: secretOf(tls['certificateRefs'], namespace),
    },
  ];
}

function secretOf(references: unknown, namespace: string): string | null {
  const [first] = objectsOf(references, 1);
  const name = textOf(first?.['name']);
  const kind = textOf(first?.['kind']) || 'Secret';
  if (first === undefined || name === '' || kind !== 'Secret' || textOf(first['group']) !== '') return null;
  return `${textOf(first['namespace']) || namespace}/${name}`;
}
