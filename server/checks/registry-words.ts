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

/** Why a registry is not up, as words that follow its host: "refused the connection"; "it does not accept user ci". */
export function troubleOf({ message, trouble, status }: RegistryProbeFact): string {
  if (message !== '') return shorten(message);
  return trouble === 'status' && status !== null ? `answers ${status}` : troubleWords[trouble];
}

/** "registry home", as its owner calls it, or by its host. */
export function nameOf(probe: RegistryProbeFact): string {
  return `registry ${shorten(probeSubject(probe).name, 80)}`;
}
