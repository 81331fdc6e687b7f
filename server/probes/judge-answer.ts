import { STATUS_CODES } from 'node:http';
import type { HttpAnswer } from '#server/cluster/network.ts';
import { sayable } from '#server/cluster/sayable.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { controllerNotFound, type Answered } from './controller-not-found.ts';
import { wrongContent } from './expected-content.ts';
import { nothingShown, type Judged } from './judged.ts';
import { pageTitle } from './page-title.ts';
import { calledOf, saidOfIt } from './said-of-it.ts';
import type { Expected, ProbeAsk } from './service-config.ts';
import { withoutSecretsOf } from './without-secrets.ts';

type HttpProbe = Extract<ProbeAsk, { is: 'http' }>;

/** So much of a stranger's text is looked through for what can be shown of it. */
const longestRead = 1_000;

/** What an answer by HTTP comes to by what is expected. All texts can stand on the wall, and hold nothing of what is secret in the asking. Pure. */
export function judgeAnswer(
  answer: HttpAnswer,
  { ask, expects }: HttpProbe,
  through: ServiceProbeFact['through'],
): Judged {
  const plain = (text: string, limit?: number) => sayable(withoutSecretsOf(ask, text.slice(0, longestRead)), limit);
  const { address } = answer;
  if (answer.trouble !== '') return nobodyAnswers(answer, plain(answer.message), ask);
  const { status } = answer;
  const own = controllerNotFound(answer, through);
  const server = own === '' ? serverOf(answer) : own;
  const title = isPage(answer) ? plain(pageTitle(answer.body), 100) : '';
  const shown = { status, server, title, phases: phasesOf(answer), address };
  const refused = whyRefused(answer, server, own, expects.status);
  if (refused !== '') return { outcome: 'down', trouble: 'status', message: plain(refused), ...shown };
  const wrong = wrongContent(answer, title, expects);
  // What is there is there; what is missing may only not be readable.
  if (wrong !== null && (wrong.trouble === 'text-forbidden' || !isBroken(answer))) {
    // What the owner expects may stand in the URL too.
    const message = wrong.trouble === 'json' ? plain(wrong.message) : sayable(wrong.message);
    return { outcome: 'wrong-content', trouble: wrong.trouble, message, ...shown };
  }
  if (isBroken(answer)) {
    const message = plain(`${answers(status)}, but its page cannot be shown: ${answer.bodyProblem}`);
    return { outcome: 'down', trouble: 'unexpected', message, ...shown };
  }
  return { outcome: 'up', trouble: '', message: '', ...shown };
}

function nobodyAnswers(
  { trouble, phases, address }: Extract<HttpAnswer, { message: string }>,
  message: string,
  { url, linkLocal, address: given }: HttpProbe['ask'],
): Judged {
  const said = saidOfIt(message, calledOf(url));
  // The one refusal of ours that the owner may lift.
  const isLifted = trouble !== 'forbidden-address' || linkLocal || !said.includes('address of the link');
  const lift = isLifted ? '' : ' unless "linkLocal: true" is set in the configuration';
  return {
    outcome: 'down',
    trouble,
    message: sayable(said + lift),
    ...nothingShown,
    phases,
    address: address || placeOf(url, given, said),
  };
}

/** The address that the owner gives for it, with the port: who was asked, if nobody took the connection. */
function placeOf(url: string, given: string, said: string): string {
  if (given === '' || said.startsWith('leads elsewhere')) return '';
  const { protocol = '', port = '' } = URL.parse(url) ?? {};
  return `${given.includes(':') ? `[${given}]` : given}:${port || (protocol === 'https:' ? '443' : '80')}`;
}

/** `answers 503 Service Unavailable (from nginx)`, and what it should answer where the owner says so; "" if the status is as it should be. */
function whyRefused({ status }: Answered, server: string, own: string, wanted: Expected['status']): string {
  const known = own === '' ? '' : ` (from ${own} itself: it knows no such host or path)`;
  const from = known === '' && server !== '' ? ` (from ${server})` : known;
  if (wanted.length > 0) {
    const fits = wanted.some((range) => status >= range.from && status <= range.to);
    return fits ? '' : `${answers(status)}${from}, not ${wanted.map(rangeText).join(' or ')}`;
  }
  return own !== '' || status >= 500 ? `${answers(status)}${from}` : '';
}

function answers(status: number): string {
  return `answers ${status} ${STATUS_CODES[status] ?? ''}`.trim();
}

function rangeText({ from, to }: Expected['status'][number]): string {
  if (from === to) return String(from);
  return from % 100 === 0 && to === from + 99 ? `${from / 100}xx` : `${from}-${to}`;
}

/** The program alone, without version and boast: `nginx/1.25.3 (Ubuntu)` is nginx. */
function serverOf({ headers }: Answered): string {
  const [name = ''] = /^[A-Za-z][\w.-]*/.exec(headers['server']?.trim() ?? '') ?? [];
  return sayable(name, 30);
}

/** Servers that do not say what they send mostly send pages. */
function isPage({ headers }: Answered): boolean {
  const type = headers['content-type'] ?? '';
  return type === '' || /html/i.test(type.slice(0, 200));
}

/** What never ends is not slow for that. */
function phasesOf(answer: Answered): Answered['phases'] {
  const { phases } = answer;
  if (answer.bodyProblem === '' || !isEndless(answer)) return phases;
  const { dnsMs, connectMs, tlsMs, firstByteMs } = phases;
  return { ...phases, wholeMs: (dnsMs ?? 0) + (connectMs ?? 0) + (tlsMs ?? 0) + (firstByteMs ?? 0) };
}

/** Compression that browsers know and we do not is no fault of the service. */
function isBroken(answer: Answered): boolean {
  const isKnown = /^(identity|gzip|x-gzip|deflate|br)?$/i.test((answer.headers['content-encoding'] ?? '').trim());
  return answer.bodyProblem !== '' && isKnown && !isEndless(answer);
}

/** What goes on for ever by its nature (a camera's picture, a stream of events) is not whole at the end of the limit. */
function isEndless({ headers }: Answered): boolean {
  return /^(text\/event-stream|multipart\/x-mixed-replace|audio\/|video\/)/i.test(headers['content-type'] ?? '');
}
