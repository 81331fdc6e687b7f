import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryComponent, RegistryProbeFact, RegistryTrouble } from '#server/facts/registry-probe.ts';
import { command } from '#shared/quote.ts';
import { say, type Say } from '#shared/say.ts';
import { ofSameRegistry } from '../registry-causes.ts';
import { probeSubject } from '../registry-hosts.ts';
import { runSteps } from '../registry-steps.ts';
import { nameOf } from '../registry-words.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

/** Are all parts of Harbor healthy, by its own word? It says so with a 200 whatever it says. */
export default defineCheck({
  check: 'registry/component-unhealthy',
  about: 'parts of Harbor are unhealthy by its own word: core, database, redis, registry and the like',
  needs: {
    registryProbe: 'required',
    pod: 'optional',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    service: 'optional',
    ingress: 'optional',
    httpRoute: 'optional',
    ingressRoute: 'optional',
  },
  settings: {},
  explains: [
    {
      checks: ['registry/down'],
      when: (cause, effect) => cause.level === 'bad' && ofSameRegistry(cause, effect),
    },
  ],
  judge(snapshot) {
    const harbors = [...snapshot.facts('registryProbe').values()].filter(({ components }) => components.length > 0);
    return harbors.flatMap((probe) => verdict(probe, harbors.length > 1, snapshot) ?? []);
  },
});

/** Without these no image comes or goes; without the others it only lacks its page, its scans or its chores. */
const needed: ReadonlySet<string> = new Set(['core', 'registry', 'registryctl', 'database', 'redis']);

/** With these nobody was there who could tell of parts: what is known of them is of before. */
const unheard: readonly RegistryTrouble[] = ['dns', 'refused', 'unreachable', 'timeout', 'silent', 'reset', 'tls'];

function verdict(probe: RegistryProbeFact, isOneOfMany: boolean, snapshot: Snapshot): Verdict | null {
  const { components, unhealthySince, outcome, trouble } = probe;
  if (outcome === 'down' && unheard.includes(trouble)) return null;
  const head = { subject: probeSubject(probe), sources: [probe.source] };
  const ill = components.filter(({ healthy }) => !healthy);
  if (unhealthySince === null || ill.length === 0) {
    const values = { name: nameOf(probe), count: components.length };
    return { ...head, level: 'ok', say: say('all {count} parts of {name} are healthy', values) };
  }
  return {
    ...head,
    level: ill.some(({ name }) => needed.has(name)) ? 'bad' : 'warn',
    say: unhealthySay(probe, ill, isOneOfMany),
    evidence: ill.map(partEvidence),
    steps: [
      ...runSteps(probe, snapshot),
      {
        say: 'What does it say of each part?',
        command: command`curl -sS ${`${probe.url.replace(/\/+$/, '')}/api/v2.0/health`}`,
      },
    ],
    ...startedAt(unhealthySince, snapshot.now),
  };
}

function unhealthySay(probe: RegistryProbeFact, ill: readonly RegistryComponent[], isOneOfMany: boolean): Say {
  const names = ill.map(({ name }) => shorten(name, 30));
  const last = names.at(-1) ?? '';
  const parts = names.length < 2 ? last : `${names.slice(0, -1).join(', ')} and ${last}`;
  const are = names.length < 2 ? 'is' : 'are';
  return isOneOfMany
    ? say(`{name}: Harbor's {parts} ${are} unhealthy`, { name: nameOf(probe), parts })
    : say(`Harbor's {parts} ${are} unhealthy`, { parts });
}

function partEvidence({ name, error }: RegistryComponent): NonNullable<Verdict['evidence']>[number] {
  const words = shorten(error, 300);
  return {
    kind: 'text',
    say:
      words === '' ? say('{name} says no more', { name }) : say('{name}: {words}', { name: shorten(name, 30), words }),
  };
}
