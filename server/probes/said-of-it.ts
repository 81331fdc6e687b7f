/** How a server may be called in sentences about it, the longest first: `git.example:443`, `git.example`. */
export function calledOf(url: string): string[] {
  const { protocol = '', hostname = '', port = '' } = URL.parse(url) ?? {};
  const usual = protocol === 'https:' ? '443' : '80';
  return hostname === '' ? [] : [`${hostname}:${port === '' ? usual : port}`, hostname];
}

/** A sentence about a server as what can stand behind its name: "git.example refused the connection" is "refused the connection". */
export function saidOfIt(sentence: string, called: readonly string[]): string {
  for (const name of called) {
    if (sentence.startsWith(`${name} `)) return sentence.slice(name.length + 1);
    const certificate = instead(sentence, `the certificate of ${name}`, 'its certificate');
    const said = certificate ?? instead(sentence, ` to ${name}`, ' to it');
    if (said !== null) return said;
  }
  return sentence;
}

/** The sentence with a phrase put otherwise, null if it does not hold it, or holds only a longer name. */
function instead(sentence: string, phrase: string, by: string): string | null {
  const at = sentence.indexOf(phrase);
  const rest = sentence.slice(at + phrase.length);
  return at < 0 || /^[\w.:-]/.test(rest) ? null : sentence.slice(0, at) + by + rest;
}
