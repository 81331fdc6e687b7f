import type { FactHead } from './fact.ts';

/** An Ingress: which host names it serves and with which certificates. Source: `/apis/networking.k8s.io/v1/ingresses`. */
export interface IngressFact extends FactHead {
  namespace: string;
  name: string;
  /** `spec.ingressClassName`, or the old annotation's value; "" for the default class. */
  className: string;
  /** Host names of its rules, at most 100. */
  hosts: string[];
  /** Its TLS blocks: `hosts` empty stands for all hosts of its rules; `secretName` "" for the controller's own certificate. */
  tls: { hosts: string[]; secretName: string }[];
  /** Addresses of `status.loadBalancer`, at most 10. */
  addresses: string[];
}
