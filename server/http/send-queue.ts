/** What engine.io holds back for one client: packets not yet handed to the WebSocket, and bytes the WebSocket has not sent. */
export interface SendQueue {
  writeBuffer: { data?: unknown }[];
  transport: { socket?: { bufferedAmount: number; terminate(): void } };
}

// A whole board of 500 findings has about 0.6 MB: two of them unsent mean that nobody reads.
const mostBytes = 1_500_000;
const mostPackets = 300;

/** True if so much is unsent that the client will not catch up. */
export function isStuck({ writeBuffer, transport }: SendQueue): boolean {
  if (writeBuffer.length > mostPackets) return true;
  const waiting = writeBuffer.reduce((sum, { data }) => sum + (typeof data === 'string' ? data.length : 0), 0);
  return waiting + (transport.socket?.bufferedAmount ?? 0) > mostBytes;
}
