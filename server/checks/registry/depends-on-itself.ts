import { defineCheck, type Effect, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import { subjectId, type Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { imageReference } from '../image-reference.ts';
import { ofSameRegistry } from '../registry-causes.ts';
import { isMirrorOf, plainHost, probeSubject, registryOf, servedHosts } from '../registry-hosts.ts';
import { imagesOf, namesOf } from '../registry-needs.ts';
import { rescueSteps } from '../registry-rescue.ts';
import { selfDependencyOf, type SelfDependency } from '../registry-self.ts';
import { nameOf } from '../registry-words.ts';
import { workloadsOfRegistry } from '../registry-workloads.ts';
import { workloadBehind } from '../service-pods.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';
import type { WorkloadGroup } from '../workload-groups.ts';

/** Does a registry need itself to start? All is well until it is down once: then it cannot come back. */
export default defineCheck({
  check: 'registry/depends-on-itself',
  about: 'the pods of a registry, or its database and storage, take their images from it or through it',
  needs: {
    registryProbe: 'required',
    pod: 'required',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    event: 'optional',
    node: 'optional',
    service: 'optional',
    ingress: 'optional',
    httpRoute: 'optional',
    ingressRoute: 'optional',
  },
  settings: {},
  explains: [
    {
      checks: ['registry/down', 'registry/component-unhealthy', 'registry/images-missing'],
      when: (cause, effect) => cause.level === 'bad' && ofSameRegistry(cause, effect),
    },
    { checks: ['registry/pull-failing', 'registry/rate-limited'], when: explainsPulls },
    { checks: ['workloads/*', 'services/no-endpoints'], when: isPartOfIt },
  ],
  judge: (snapshot) => [...snapshot.facts('registryProbe').values()].flatMap((probe) => verdict(probe, snapshot) ?? []),
});

function explainsPulls(cause: Verdict, effect: Effect, snapshot: Snapshot): boolean {
  const probe = cause.level === 'bad' ? registryOf(cause.subject, snapshot) : null;
  if (probe === null) return false;
  const host = registryOf(effect.subject, snapshot)?.host ?? effect.subject.name;
  return effect.subject.name === cause.subject.name || isMirrorOf(probe, host);
}

/** All that is wrong with its parts, since one of them lacks the others; of pulls only those that wait for itself. */
function isPartOfIt(cause: Verdict, effect: Effect, snapshot: Snapshot): boolean {
  const probe = cause.level === 'bad' ? registryOf(cause.subject, snapshot) : null;
  if (probe === null) return false;
  // Pods that are refused (by a quota, a webhook) would be so with a registry that is up.
  if (effect.check === 'workloads/cannot-create-pods') return false;
  const isService = effect.check === 'services/no-endpoints';
  const id = isService ? workloadBehind(effect, snapshot)?.id : subjectId(effect.subject);
  const { stuck, dependents } = selfDependencyOf(probe, snapshot);
  if (stuck.some(({ group }) => group.id === id)) return true;
  if (effect.check === 'workloads/image-cannot-be-pulled') return false;
  const own = workloadsOfRegistry(probe, snapshot).map(({ group }) => group);
  return [...own, ...dependents].some((group) => group.id === id);
}

function verdict(probe: RegistryProbeFact, snapshot: Snapshot): Verdict | null {
  const subject = probeSubject(probe);
  const name = nameOf(probe);
  const self = selfDependencyOf(probe, snapshot);
  const { dependents, stuck } = self;
  if (dependents.length === 0) {
    // Of what runs elsewhere, or is not known to be it, nothing can be said.
    if (workloadsOfRegistry(probe, snapshot).length === 0) return null;
    return { subject, level: 'ok', say: say('{name} takes no image from itself to start', { name }) };
  }
  return {
    subject,
    level: stuck.length > 0 ? 'bad' : 'warn',
    say: stuck.length > 0 ? stuckSay(probe, self) : standingSay(probe, self),
    evidence: dependents
      .slice(0, 20)
      .map((group) => ({ kind: 'text' as const, say: plainly(takenBy(group, servedHosts(probe))) })),
    steps: stuck.length > 0 ? rescueSteps(probe, self, snapshot) : standingSteps(self),
    ...(stuck.length > 0 ? startedAt(probe.outcomeSince, snapshot.now) : {}),
  };
}

function standingSay(probe: RegistryProbeFact, { dependents }: SelfDependency): Say {
  const values = { name: nameOf(probe), names: namesOf(dependents) };
  return dependents.length === 1
    ? say('{name} depends on itself: {names} takes its image from it', values)
    : say('{name} depends on itself: {names} take their images from it', values);
}

function stuckSay(probe: RegistryProbeFact, { stuck }: SelfDependency): Say {
  const values = { name: nameOf(probe), names: namesOf(stuck.map(({ group }) => group)) };
  return stuck.length === 1
    ? say('{name} depends on itself and cannot come back: {names} waits for an image from it', values)
    : say('{name} depends on itself and cannot come back: {names} wait for images from it', values);
}

/** "harbor-database: docker.io/library/postgres:16". */
function takenBy(group: WorkloadGroup, hosts: ReadonlySet<string>): string {
  const images = imagesFrom(group, hosts).map((image) => shorten(image, 120));
  return `${shorten(group.subject.name, 60)}: ${images.slice(0, 3).join(', ')}`;
}

function imagesFrom(group: WorkloadGroup, hosts: ReadonlySet<string>): string[] {
  return imagesOf(group).filter((image) => hosts.has(plainHost(imageReference(image).host)));
}

function standingSteps({ dependents: [first] }: SelfDependency): Step[] {
  const { kind, namespace = 'default', name } = first?.subject ?? { kind: 'deployment', name: '' };
  return [
    {
      say: 'Take these images from where they come from at first, and let the nodes ask no mirror for them, or keep them on the nodes',
    },
    {
      say: 'Which images are they?',
      command: command`kubectl -n ${namespace} get ${`${kind.toLowerCase()}/${name}`} -o ${'jsonpath={.spec.template.spec..image}'}`,
    },
  ];
}
