import type { ServiceProbeFact, ServiceTrouble } from '#server/facts/service-probe.ts';
import { say, type Say } from '#shared/say.ts';
import { perProbe } from './per-probe.ts';
import { shorten } from './shorten.ts';
import { statusWords } from './status-words.ts';

/** How a service is called in a sentence. */
export function serviceName({ name }: Pick<ServiceProbeFact, 'name'>): string {
  return shorten(name, 80);
}

/** "git.example is down: refused the connection". */
export const downSay = perProbe((probe): Say => {
  const { template, values } = why(probe);
  return say(`{name} is down: ${template}`, { name: serviceName(probe), ...values });
});

/** "localhost is not probed: it leads to 127.0.0.1, an address of the wall's own machine". */
export const notAskedSay = perProbe((probe): Say => {
  const name = serviceName(probe);
  const told = shorten(probe.message.replace(/, which is not asked.*$/s, '').replace(/^(?=leads |is )/, 'it '));
  return told === ''
    ? say('{name} is not probed: its name leads to an address that is not asked', { name })
    : say('{name} is not probed: {told}', { name, told });
});

/** Where the message says no more than this. */
const plain: Partial<Record<ServiceTrouble, string>> = {
  refused: 'refused the connection',
  unreachable: 'cannot be reached',
  timeout: 'does not answer',
  silent: 'takes the connection and says nothing',
  reset: 'breaks off the connection',
  tls: 'its certificate cannot be trusted',
  redirects: 'leads on and on to other addresses',
  'not-http': 'what answers there does not speak HTTP',
};

/** Troubles of which the message tells more. */
const told: readonly ServiceTrouble[] = ['tls', 'redirects', 'unreachable', 'not-http'];

function why(probe: ServiceProbeFact): Say {
  const { trouble, host, status } = probe;
  const message = shorten(probe.message);
  if (trouble === 'status' && status !== null) return answersSay(probe, status);
  // Then it is another host that fails.
  if (message.startsWith('leads elsewhere: ')) return say('{message}', { message });
  if (trouble === 'dns' && probe.name === host) return say('its name cannot be resolved');
  if (trouble === 'dns') return say('its name {host} cannot be resolved', { host: shorten(host, 80) });
  const words = plain[trouble];
  if (words !== undefined && (message === '' || !told.includes(trouble))) return say(words);
  return message === '' ? say('the probe fails') : say('{message}', { message });
}

/**
 * "answers 503 Service Unavailable from nginx"; where it is the controller's own, that it knows no such host or path; and what
 * it should answer where the owner says so.
 */
function answersSay({ server, message }: ServiceProbeFact, status: number): Say {
  const { from = server, itself = '', wanted = '' } = saidOfAnswer.exec(message)?.groups ?? {};
  const who = shorten(from, 40);
  const by = who === '' ? '' : itself === '' ? ' from {who}' : ' from {who} itself, which knows no such host or path';
  const should = wanted === '' ? '' : '; it should answer {wanted}';
  return say(`answers {answer}${by}${should}`, {
    answer: statusWords(status),
    ...(who === '' ? {} : { who }),
    ...(wanted === '' ? {} : { wanted: shorten(wanted, 60) }),
  });
}

/** "answers 404 Not Found (from nginx itself: it knows no such host or path), not 200 or 3xx", as the probe says it. */
const saidOfAnswer =
  /^answers \d[^(,]*(?:\(from (?<from>[^():]*?)(?<itself> itself: it knows no such host or path)?\))?(?:, not (?<wanted>.+))?$/;

/** `git.example shows the first-run page: "initial configuration" is on it`. */
export const wrongContentSay = perProbe((probe): Say => {
  const name = serviceName(probe);
  const text = quotedIn(probe.message);
  const title = shorten(probe.title, 60);
  if (probe.trouble === 'text-forbidden' && text !== '') {
    const what = isFirstRun(text) ? 'the first-run page' : 'what it should not';
    return say('{name} shows {what}: "{text}" is on it', { name, what, text });
  }
  if (probe.trouble === 'text-missing' && text !== '') {
    return title === ''
      ? say('{name} does not show "{text}"', { name, text })
      : say('{name} does not show "{text}" (its title: "{title}")', { name, text, title });
  }
  const message = shorten(probe.message);
  return message === ''
    ? say('{name} shows something else than it should', { name })
    : say('{name} {message}', { name, message });
});

/** The text in question, as the message quotes it. */
function quotedIn(message: string): string {
  return shorten(/"(.+?)"/s.exec(message)?.[1] ?? '', 80);
}

/** What programs show that have lost their data, or never had any. */
export function isFirstRun(text: string): boolean {
  return /initial configuration|first[ -]?run|set ?up|install|wizard|get(?:ting)? started|onboarding|create .*(?:admin|account)|welcome/i.test(
    text,
  );
}

/** " and 13 more", "" if there are none. */
export function andMoreServices(count: number): string {
  return count === 0 ? '' : ` and ${count} more`;
}
