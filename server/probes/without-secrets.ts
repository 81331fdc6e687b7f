import type { HttpAsk } from '#server/cluster/network.ts';

/** Shorter values stand in too many texts by chance, and protect nothing. */
const shortestSecret = 6;

/** A text without what was sent with the asking and is nobody's business: values of headers and of the query, and the query of every URL. */
export function withoutSecretsOf(
  { url, headers, body }: Pick<HttpAsk, 'url' | 'headers' | 'body'>,
  text: string,
): string {
  const { search = '', searchParams } = URL.parse(url) ?? {};
  const sent = [
    search.slice(1),
    ...(searchParams?.values() ?? []),
    ...Object.entries(headers).flatMap(([name, value]) => (isPlain(name) ? [] : [value, ...value.split(' ')])),
    body ?? '',
  ];
  const secrets = sent.filter((value) => value.length >= shortestSecret).toSorted((a, b) => b.length - a.length);
  const hidden = secrets.reduce((rest, secret) => rest.replaceAll(secret, '[hidden]'), text);
  return hidden.replaceAll(/(https?:\/\/[^\s?"'<>]{1,2000})\?[^\s"'<>]*/gi, '$1');
}

/** Headers that everybody sends. */
function isPlain(name: string): boolean {
  return /^(accept|accept-language|accept-encoding|user-agent|content-type|cache-control|host)$/i.test(name);
}
