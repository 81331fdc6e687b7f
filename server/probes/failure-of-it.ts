/** How the network's sentences about a host begin, and how they go on behind its name. */
const beginnings: readonly [before: string, instead: string][] = [
  ['', ''],
  ['the name ', 'has a name that '],
  ['the name in ', 'has a name that '],
  ['the certificate of ', 'shows a certificate that '],
  ['an authority in the chain of ', 'shows a certificate of an authority that '],
  ['no connection to ', 'takes no connection '],
  ['connected to ', 'takes the connection'],
  ['there is no way to ', 'cannot be reached '],
];

/**
 * Why a host does not answer, as words that follow its name or "it": "refused the connection", "shows a certificate that has
 * expired". `message` is the network's sentence about it. Pure.
 */
export function failureOfIt(message: string, host: string): string {
  for (const [before, instead] of beginnings) {
    const start = `${before}${host}`;
    const rest = message.slice(start.length);
    if (message.startsWith(start) && /^[ ,]/.test(rest)) return `${instead}${rest.replace(/^ /, '')}`;
  }
  const broken = `the connection to ${host} `;
  return message.startsWith(`${broken}broke off`)
    ? `breaks the connection off${message.slice(broken.length + 'broke off'.length)}`
    : `cannot be asked: ${message}`;
}
