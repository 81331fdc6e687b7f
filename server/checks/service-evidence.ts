import type { Verdict } from '#server/engine/define-check.ts';
import type { ProbePhases, ServiceProbeFact } from '#server/facts/service-probe.ts';
import { render, say, type Say } from '#shared/say.ts';
import { perProbe } from './per-probe.ts';
import { shorten } from './shorten.ts';
import { statusWords } from './status-words.ts';

type Evidence = NonNullable<Verdict['evidence']>;

/** What was asked and what came of it: the URL, who was connected to, when it was last up, the last answer, and where it leads. */
export const serviceEvidence = perProbe((probe): Evidence => {
  return [...askedEvidence(probe), ...answerEvidence(probe), ...upEvidence(probe), ...leadsEvidence(probe)];
});

/** The same without what the sentence says already; kept as long as the probe and its sentence are the very same. */
export function evidenceBeside(probe: ServiceProbeFact, sentence: Say): Evidence {
  const before = beside.get(probe);
  if (before?.sentence === sentence) return before.evidence;
  const evidence = withoutSaid(probe, sentence);
  beside.set(probe, { sentence, evidence });
  return evidence;
}

const beside = new WeakMap<ServiceProbeFact, { sentence: Say; evidence: Evidence }>();

function withoutSaid(probe: ServiceProbeFact, sentence: Say): Evidence {
  // Made of all that the probe has said.
  const isWhole = ['status', 'forbidden-address', 'text-forbidden'].includes(probe.trouble);
  const said = render(sentence, { now: 0, timeZone: 'UTC' });
  return serviceEvidence(probe).filter(({ say: { template, values } }) => {
    return template !== '{message}' || (!isWhole && !said.includes(String(values['message'])));
  });
}

function askedEvidence({ url, address }: ServiceProbeFact): Evidence {
  const asked = shorten(url, 120);
  return [
    {
      kind: 'text',
      say:
        address === ''
          ? say('asked {asked}', { asked })
          : say('asked {asked} at {address}', { asked, address: shorten(address, 60) }),
    },
  ];
}

function answerEvidence({ status, server, title, phases, message }: ServiceProbeFact): Evidence {
  const parts = [
    ...(status === null ? [] : [`last answer ${statusWords(status)}`]),
    ...(server === '' ? [] : [`from ${shorten(server, 40)}`]),
    ...(title === '' ? [] : [`titled "${shorten(title, 60)}"`]),
  ];
  return [
    ...(message === '' ? [] : [{ kind: 'text' as const, say: say('{message}', { message: shorten(message, 300) }) }]),
    ...(parts.length === 0 ? [] : [{ kind: 'text' as const, say: say('{answer}', { answer: parts.join(' ') }) }]),
    ...(phases === null ? [] : [{ kind: 'value' as const, say: phasesSay(phases) }]),
  ];
}

function upEvidence({ upAt }: ServiceProbeFact): Evidence {
  return [
    {
      kind: 'value',
      say: upAt === null ? say('not up since the wall started') : say('last up at {upAt:at}', { upAt }),
    },
  ];
}

/** Which objects name it and which Services these lead to. */
export function leadsEvidence({ namedBy, services }: Pick<ServiceProbeFact, 'namedBy' | 'services'>): Evidence {
  const by = namedBy.map(({ kind, namespace, name }) => {
    if (kind === 'Configuration') return 'the configuration';
    return `${kind} ${shorten(namespace === null ? name : `${namespace}/${name}`, 80)}`;
  });
  return [
    ...(by.length === 0 ? [] : [{ kind: 'text' as const, say: say('named by {by}', { by: listed(by) }) }]),
    ...(services.length === 0
      ? []
      : [{ kind: 'text' as const, say: say('leads to Service {services}', { services: listed(services) }) }]),
  ];
}

/** The first three, and how many more. */
export function listed(all: readonly string[]): string {
  const shown = all.slice(0, 3).map((each) => shorten(each, 80));
  const more = all.length - shown.length;
  return more === 0 ? shown.join(', ') : `${shown.join(', ')} and ${more} more`;
}

const words = { dnsMs: 'DNS', connectMs: 'connecting', tlsMs: 'TLS', firstByteMs: 'the first byte' } as const;
type Phase = keyof typeof words;
const order = Object.keys(words) as Phase[];

function phasesSay(phases: ProbePhases): Say {
  const known = order.filter((phase) => phases[phase] !== null);
  const parts = known.map((phase) => `${words[phase]} {${phase}:duration}`);
  const values = Object.fromEntries(known.map((phase) => [phase, phases[phase] ?? 0]));
  const whole = { whole: phases.wholeMs };
  return parts.length === 0
    ? say('the last answer took {whole:duration}', whole)
    : say(`the last answer took {whole:duration}: ${parts.join(', ')}`, { ...values, ...whole });
}

/** Which part of an asking took longest, and how long; null where none is known. */
export function longestPhase(phases: ProbePhases): { words: string; ms: number } | null {
  const all: { words: string; ms: number }[] = order.flatMap((phase) => {
    const ms = phases[phase];
    return ms === null ? [] : [{ words: words[phase], ms }];
  });
  const rest = phases.wholeMs - all.reduce((sum, { ms }) => sum + ms, 0);
  // What follows the first byte: the page itself, redirects.
  if (all.length > 0) all.push({ words: 'the rest of the page', ms: rest });
  return all.reduce<{ words: string; ms: number } | null>(
    (most, each) => (most === null || each.ms > most.ms ? each : most),
    null,
  );
}
