import { meaningOf, quoted, type Meanings } from './meanings.ts';

/** What a kubelet says of a probe, by what follows "Readiness probe failed:"; in words that follow "its readiness probe". */
const meanings: Meanings = [
  [/^HTTP probe failed with statuscode: (\d{3})/, 'gets status $1'],
  [/server gave HTTP response to HTTPS client/, 'asks by HTTPS, and it answers without'],
  [/connect: connection refused/, 'is refused: nothing listens at its port'],
  [/no route to host|network is unreachable/, 'does not reach it: no route to its address'],
  [/connection reset by peer|\bEOF\b/, 'is cut off before an answer'],
  [/no such host/, 'asks a host that has no address'],
  [/x509|tls:/, 'gets no encrypted connection'],
  [
    /command .* timed out|timeout: failed|deadline ?exceeded|Client\.Timeout|i\/o timeout|timed out/i,
    'gets no answer in time',
  ],
  [/service unhealthy \(responded with "?(\w+)/, 'is answered $1'],
  [/executable file not found|no such file or directory/, 'has a command that is not in its image'],
];

/** A failed probe, as an owner reads it. */
export interface ProbeWords {
  probe: 'readiness' | 'liveness' | 'startup';
  /** `its readiness probe gets status 503`; the same words for the same trouble, without ports and times that change. */
  words: string;
}

/** What an event Unhealthy says; null if it does not speak of a probe. */
export function probeWords(message: string): ProbeWords | null {
  const [before, name] = /^(Readiness|Liveness|Startup) probe (?:failed|errored)[^:]*(?::\s*|$)/.exec(message) ?? [];
  if (before === undefined || name === undefined) return null;
  const probe = name.toLowerCase() as ProbeWords['probe'];
  const said = message.slice(before.length);
  const meaning = meaningOf(said, meanings);
  if (meaning !== null) return { probe, words: `its ${probe} probe ${meaning.words}` };
  return {
    probe,
    words: said.trim() === '' ? `its ${probe} probe fails` : `its ${probe} probe says ${quoted(said, 100)}`,
  };
}
