import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { percent } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { command } from '#shared/quote.ts';
import { say } from '#shared/say.ts';
import { calmNumber } from '../calm-figures.ts';
import { largest } from '../largest.ts';
import { promisedMemory, requestedMemory, takesRoom } from '../promised-memory.ts';
import { shorten } from '../shorten.ts';
import { nodeSubject } from '../subjects.ts';
import { workloadSubject } from '../workload-subject.ts';

/** Is nearly all memory of a node promised? Then a pod that must move there finds no room, whatever is really used. */
export default defineCheck({
  check: 'nodes/memory-overcommitted',
  about: 'nearly all memory of a node is promised to pods by their requests, with the largest of them',
  needs: { node: 'required', pod: 'optional', replicaSet: 'optional' },
  settings: { notice: percent(90, 'more of its memory promised than this is told') },
  judge(snapshot, { settings }) {
    const { fresh = false, freshAt = null } = snapshot.sources.get('pods') ?? {};
    // Without the right to see pods there is nothing to add up. While they are unseen what was told is unknown, and what was
    // fine is not worth a word of its own.
    if (freshAt === null) return [];
    const verdicts = [...snapshot.facts('node').values()].flatMap(
      (node) => verdict(node, settings.notice, snapshot) ?? [],
    );
    return fresh ? verdicts : verdicts.filter(({ level }) => level !== 'ok');
  },
});

function verdict(node: NodeFact, limit: number, snapshot: Snapshot): Verdict | null {
  const all = node.allocatable.memoryBytes ?? 0;
  if (all <= 0) return null;
  const promised = promisedMemory(snapshot).get(node.name) ?? 0;
  const share = (100 * promised) / all;
  const head = {
    subject: nodeSubject(node.name),
    say: say('{name} has promised {share:percent} of its memory to pods', {
      name: shorten(node.name, 60),
      share: Math.floor(share),
    }),
  };
  if (share <= limit) return { ...head, level: 'ok' };
  const values = { promised: calmNumber(promised), all: calmNumber(all) };
  const largestOnes = largest(requestsOn(node.name, snapshot));
  return {
    ...head,
    level: 'notice',
    sources: [node.source, 'pods'],
    evidence: [
      { kind: 'value', say: say('{promised:bytes} of {all:bytes}', values) },
      ...(largestOnes === null
        ? []
        : [{ kind: 'value' as const, say: say(`most to ${largestOnes.template}`, largestOnes.values) }]),
    ],
    steps: [
      { say: 'See who asks for how much', command: command`kubectl describe node ${node.name}` },
      { say: 'Lower the requests of what uses less than it asks for' },
    ],
  };
}

/** What is promised on a node, by the names of workloads. */
function requestsOn(node: string, snapshot: Snapshot): { name: string; bytes: number }[] {
  const byName = new Map<string, number>();
  for (const pod of snapshot.facts('pod').values()) {
    if (pod.node !== node || !takesRoom(pod)) continue;
    const { name } = workloadSubject(pod, snapshot.facts('replicaSet'));
    byName.set(name, (byName.get(name) ?? 0) + requestedMemory(pod));
  }
  return [...byName].map(([name, bytes]) => ({ name, bytes }));
}
