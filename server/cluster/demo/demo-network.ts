import type { Network } from '../network.ts';

/** The network of the homelab that is not there: nobody is to be reached. */
export function createDemoNetwork(): Network {
  const phases = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, wholeMs: 0 };
  const nobody = { trouble: 'dns', message: 'cannot be resolved (ENOTFOUND)', phases, address: '' } as const;
  return {
    askHttp: ({ url }) => Promise.resolve({ ...nobody, url, distrust: '' }),
    askTcp: () => Promise.resolve(nobody),
    askDns: () => Promise.resolve({ ...nobody, addresses: [] }),
  };
}
