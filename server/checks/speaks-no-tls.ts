/** True if what a probe has said means that it asked by https:// what speaks plain HTTP, or something else without TLS. */
export function speaksNoTls(message: string): boolean {
  return message.endsWith('speaks no TLS');
}
