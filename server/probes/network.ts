import type { Network } from '#server/cluster/network.ts';

/** The network as this machine reaches it. `close` ends what is open. */
export function createNetwork(): Network & { close(): void } {
  const phases = { dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null, wholeMs: 0 };
  const nothing = { trouble: 'unexpected', message: 'not built yet', phases, address: '' } as const;
  return {
    askHttp: ({ url }) => Promise.resolve({ ...nothing, url, distrust: '' }),
    askTcp: () => Promise.resolve(nothing),
    askDns: () => Promise.resolve({ ...nothing, addresses: [] }),
    close: () => undefined,
  };
}
