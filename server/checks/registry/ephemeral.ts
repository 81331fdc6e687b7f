import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { plainly, say, type Say } from '#shared/say.ts';
import { needSay, workloadsNeeding } from '../registry-needs.ts';
import { targetOf } from '../registry-steps.ts';
import { registriesOf } from '../registry-workloads.ts';
import { shorten } from '../shorten.ts';
import { vanishingData, type VanishingData } from '../vanishing-data.ts';
import { allWorkloads, type WorkloadGroup } from '../workload-groups.ts';

/** Do the images of a registry, or the data of a database, vanish with its pod? All is well until it is made anew once. */
export default defineCheck({
  check: 'registry/ephemeral',
  about: 'a registry keeps its images, or a database its data, in its own pod: they vanish with it',
  // Each is judged by the source of its own controller.
  needs: {
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    pod: 'optional',
    replicaSet: 'optional',
    node: 'optional',
    registryProbe: 'optional',
    service: 'optional',
    ingress: 'optional',
    httpRoute: 'optional',
    ingressRoute: 'optional',
  },
  settings: {},
  judge: (snapshot) =>
    allWorkloads(snapshot).flatMap((group) => {
      const data = vanishingData(group, snapshot);
      return data === null || group.controller === null ? [] : [verdict(group, data, snapshot)];
    }),
});

function verdict(group: WorkloadGroup, data: VanishingData, snapshot: Snapshot): Verdict {
  const { subject, controller } = group;
  return {
    subject,
    level: data.mayBeMeant ? 'notice' : 'warn',
    say: ephemeralSay(group, data),
    sources: controller === null ? [] : [controller.source],
    evidence: evidence(group, data, snapshot),
    steps: steps(group, data),
  };
}

const places: Record<VanishingData['place'], string> = {
  layer: 'in the container itself: they vanish with the pod',
  empty: 'in an emptyDir: they vanish with the pod',
  ephemeral: 'in an ephemeral volume: they vanish with the pod',
  host: 'on whichever node it runs on: on another they are gone',
};

function ephemeralSay({ subject }: WorkloadGroup, { what, place, mayBeMeant, hasOwnSettings }: VanishingData): Say {
  const unless = mayBeMeant && hasOwnSettings ? ', unless its configuration keeps them elsewhere' : '';
  return say(`{name} keeps its ${what} ${places[place]}${unless}`, { name: shorten(subject.name, 60) });
}

function evidence(
  { subject }: WorkloadGroup,
  data: VanishingData,
  snapshot: Snapshot,
): NonNullable<Verdict['evidence']> {
  const needs = registriesOf(subject, snapshot).flatMap((probe) => needSay(workloadsNeeding(probe, snapshot)) ?? []);
  const { container, image } = data;
  return [
    ...needs.slice(0, 1).map((each) => ({ kind: 'text' as const, say: each })),
    {
      kind: 'text',
      say: plainly(`container ${shorten(container, 60)}: ${shorten(image, 120)}`),
    },
  ];
}

function steps(group: WorkloadGroup, { what, place }: VanishingData): Step[] {
  const { namespace = 'default', kind } = group.subject;
  return [
    {
      say: 'What does it mount?',
      command: command`kubectl -n ${namespace} get ${targetOf(group)} -o ${'jsonpath={.spec.template.spec.volumes}'}`,
    },
    {
      say:
        place === 'host'
          ? 'Bind it to that node with a nodeSelector, or give it a PersistentVolumeClaim'
          : kind === 'StatefulSet'
            ? `Give it volumeClaimTemplates, and bring its ${what} over before its pod is made anew`
            : `Give it a PersistentVolumeClaim, and bring its ${what} over before its pod is made anew`,
    },
  ];
}
