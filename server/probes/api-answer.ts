import type { TransportResponse } from '#server/cluster/transport.ts';

// `/readyz?verbose` has some 6 kB; a captive portal's page may be of any size.
const mostBytes = 64 * 1024;

/** The beginning of an answer's body as text. Rejects with a `TransportError` if it breaks off. */
export async function readAnswer(response: TransportResponse): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk);
    length += chunk.length;
    if (length >= mostBytes) break;
  }
  return Buffer.concat(chunks).toString('utf8', 0, mostBytes);
}

/** A JSON object, null if the text is something else. */
export function jsonObject(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null; // not JSON: what null means
    throw error;
  }
}
