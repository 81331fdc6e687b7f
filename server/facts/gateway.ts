import type { FactHead } from './fact.ts';

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
