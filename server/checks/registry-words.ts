import type { RegistryProbeFact, RegistryTrouble } from '#server/facts/registry-probe.ts';
import { probeSubject } from './registry-hosts.ts';
import { shorten } from './shorten.ts';

/** What follows the name of a host, where the probe has no words of its own. */
const troubleWords: Record<RegistryTrouble, string> = {
  '': 'does not answer',
  dns: 'is not known to the DNS that the wall asks',
  refused: 'refused the connection',
  unreachable: 'cannot be reached',
  timeout: 'did not answer in time',
  silent: 'took the connection and said nothing',
  reset: 'broke the connection off',
  tls: 'shows a certificate that is not accepted',
  redirects: 'leads elsewhere in circles',
  'forbidden-address': 'is at an address that the wall does not ask',
  'not-http': 'speaks no HTTP',
  unexpected: 'answers in a way that is not understood',
  status: 'answers with an error',
  'not-a-registry': 'is no registry',
  'refused-login': 'it does not accept the user and password of the configuration',
  limited: 'asks us to come back later (429)',
};

/** Of these the message of the probe tells more than the words above. */
const telling: readonly RegistryTrouble[] = [
  ...(['tls', 'redirects', 'forbidden-address', 'unexpected', 'status', 'not-a-registry', 'refused-login'] as const),
];

/** How a message begins that follows the name of what it is about. */
const follows = /^(?:answer|show|speak|broke|refuse|does|did|ask|cannot|is|lead|send)s?d?\b/;

/**
 * Why a registry is not up: "registry.example refused the connection", with `called` for the registry; "the certificate of
 * registry.example has expired", "it does not accept user ci".
 */
export function troubleOf({ message, trouble, status }: RegistryProbeFact, called: string): string {
  if (message !== '' && telling.includes(trouble)) {
    const words = shorten(message);
    return follows.test(words) ? `${called} ${words}` : words;
  }
  if (trouble === 'refused-login') return troubleWords[trouble];
  // A DNS that does not answer knows the name perhaps.
  if (trouble === 'dns' && /\((?!ENOTFOUND|ENODATA)[A-Z_]+\)|could not be resolved/.test(message)) {
    return `${called} cannot be resolved: DNS does not answer`;
  }
  return `${called} ${trouble === 'status' && status !== null ? `answers ${status}` : troubleWords[trouble]}`;
}

/** "registry home", as its owner calls it, or by its host: "registry harbor.example", but "registry.example". */
export function nameOf(probe: Pick<RegistryProbeFact, 'key'>): string {
  return registryCalled(probeSubject(probe).name);
}

/** The same of a name. */
export function registryCalled(name: string): string {
  const short = shorten(name, 80);
  return /^registry[.:-]/.test(short) ? short : `registry ${short}`;
}
