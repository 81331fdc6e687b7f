/** How a server may be called in sentences about it, the longest first: `git.example:443`, `git.example`. */
export function calledOf(url: string): string[] {
  const { protocol = '', hostname = '', port = '' } = URL.parse(url) ?? {};
  const usual = protocol === 'https:' ? '443' : '80';
  return hostname === '' ? [] : [`${hostname}:${port === '' ? usual : port}`, hostname];
}

/** A sentence about a server as what can stand behind its name: "git.example refused the connection" is "refused the connection". */
export function saidOfIt(sentence: string, called: readonly string[]): string {
  const name = called.find((each) => sentence.split(' ').includes(each));
  if (name === undefined) return sentence;
  if (sentence.startsWith(`${name} `)) return sentence.slice(name.length + 1);
  return sentence.replace(`the certificate of ${name} `, 'its certificate ').replace(` to ${name} `, ' to it ');
}
