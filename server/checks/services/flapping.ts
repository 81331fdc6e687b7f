import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { count, duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ServiceProbeFact } from '#server/facts/service-probe.ts';
import { say } from '#shared/say.ts';
import { longestWindowMs, rememberOutcome, unquietChanges, type OutcomeMemory } from '../outcome-memory.ts';
import { listed, serviceEvidence } from '../service-evidence.ts';
import { entranceIdOf } from '../service-entrances.ts';
import { behindSteps } from '../service-steps.ts';
import { probeOf, probeSubject } from '../service-subject.ts';
import { andMoreServices, serviceName } from '../service-words.ts';
import { startedAt } from '../started-at.ts';

/** Does a service go up and down again and again? Each time it is over before anybody has looked. */
export default defineCheck({
  check: 'services/flapping',
  about: 'a service went down and up again and again within the hour; it calms after an hour without a change',
  needs: { serviceProbe: 'required', ingress: 'optional' },
  settings: {
    changes: {
      ...count(4, 'more changes between up and down than this are a warning: down for the third time, as a rule'),
      min: 1,
      max: 20,
    },
    within: {
      ...duration(3_600_000, 'the time in which changes are counted, and without one that it takes to calm'),
      min: 60_000,
      max: longestWindowMs,
    },
  },
  remembers: {
    version: 1,
    subjects: (snapshot) => snapshot.facts('serviceProbe').keys(),
    remember: rememberOutcome,
  },
  explains: [
    {
      // The first by name stands for all that change together behind one entrance.
      checks: ['services/flapping'],
      countedInWords: true,
      when(cause, effect, snapshot) {
        const first = probeOf(cause, snapshot);
        const other = probeOf(effect, snapshot);
        return (
          first !== undefined && other !== undefined && first.key < other.key && areTogether(first, other, snapshot)
        );
      },
    },
  ],
  judge(snapshot, { settings, memory }) {
    const all = [...snapshot.facts('serviceProbe').values()].map((probe) => {
      const remembered = memory.get(probe.key);
      const changes =
        remembered === undefined ? 0 : unquietChanges(remembered, settings.changes, settings.within, snapshot.now);
      return { probe, remembered, changes };
    });
    const unquiet = all.flatMap(({ probe, changes }) => (changes > 0 ? [probe] : []));
    return all.map(({ probe, remembered, changes }) =>
      remembered === undefined || changes === 0
        ? fine(probe)
        : verdict({ probe, remembered, changes }, othersOf(probe, unquiet, snapshot), snapshot),
    );
  },
});

function fine(probe: ServiceProbeFact): Verdict {
  return {
    subject: probeSubject(probe),
    level: 'ok',
    say: say('{name} does not go up and down', { name: serviceName(probe) }),
  };
}

/** Every service is asked twice a minute: who changed within as much changed together. */
const togetherMs = 60_000;

function areTogether(a: ServiceProbeFact, b: ServiceProbeFact, snapshot: Snapshot): boolean {
  const entrance = entranceIdOf(a, snapshot);
  return (
    entrance !== null &&
    entrance === entranceIdOf(b, snapshot) &&
    Math.abs(a.outcomeSince - b.outcomeSince) <= togetherMs
  );
}

/** The names of those that it stands for: none if another stands for it. */
function othersOf(
  probe: ServiceProbeFact,
  unquiet: readonly ServiceProbeFact[],
  snapshot: Snapshot,
): readonly string[] {
  const together = unquiet.filter((each) => each === probe || areTogether(each, probe, snapshot));
  if (together.some(({ key }) => key < probe.key)) return [];
  return together.flatMap((each) => (each === probe ? [] : [serviceName(each)]));
}

interface Unquiet {
  probe: ServiceProbeFact;
  remembered: OutcomeMemory;
  changes: number;
}

function verdict({ probe, remembered, changes }: Unquiet, others: readonly string[], snapshot: Snapshot): Verdict {
  const began = remembered.changes.at(-changes) ?? null;
  const name = `${serviceName(probe)}${andMoreServices(others.length)}`;
  return {
    subject: probeSubject(probe),
    level: 'warn',
    say:
      began === null
        ? say('{name} went down and up {changes} times', { name, changes })
        : say('{name} changed between up and down {changes} times since {began:at}', { name, changes, began }),
    evidence: [
      {
        kind: 'value',
        say: say(remembered.up ? 'up again since {at:at}' : 'down since {at:at}', {
          at: remembered.changes.at(-1) ?? 0,
        }),
      },
      ...(others.length === 0
        ? []
        : [{ kind: 'text' as const, say: say('just as {names}', { names: listed(others) }) }]),
      ...serviceEvidence(probe),
    ],
    steps: behindSteps(probe, snapshot),
    series: [`services/reachable|${probe.key}`],
    ...startedAt(began, snapshot.now),
  };
}
