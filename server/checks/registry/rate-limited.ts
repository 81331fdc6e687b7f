import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import { duration } from '#server/engine/setting.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { RegistryProbeFact } from '#server/facts/registry-probe.ts';
import type { Step } from '#shared/finding.ts';
import { command } from '#shared/quote.ts';
import { say, type Say } from '#shared/say.ts';
import { registryName } from '../image-reference.ts';
import { remembersPulls } from '../pull-memory.ts';
import { failingSince } from '../pull-trouble.ts';
import { probeSubject, registrySubject } from '../registry-hosts.ts';
import { hostEvidence } from '../registry-pull-evidence.ts';
import {
  explainsItsController,
  explainsItsPulls,
  failingHosts,
  standingFor,
  type FailingHost,
} from '../registry-pulls.ts';
import { apiUrl } from '../registry-steps.ts';
import { nameOf } from '../registry-words.ts';
import { shorten } from '../shorten.ts';
import { startedAt } from '../started-at.ts';

/** Has somebody pulled, or asked, more than a registry allows? It passes by itself, and until then nothing new is pulled. */
export default defineCheck({
  check: 'registry/rate-limited',
  about: 'a registry answers 429: its limit is used up, for pods that pull or for the wall itself',
  needs: {
    pod: 'required',
    registryProbe: 'optional',
    deployment: 'optional',
    statefulSet: 'optional',
    daemonSet: 'optional',
    replicaSet: 'optional',
    event: 'optional',
  },
  settings: {
    for: duration(0, 'how long it must refuse before that counts'),
  },
  for: (settings) => settings.for,
  remembers: remembersPulls,
  explains: [explainsItsPulls, explainsItsController],
  judge(snapshot, { memory }) {
    const failing = failingHosts({ snapshot, memory }).filter(({ kind }) => kind === 'limited');
    const told = new Set(failing.map(({ probe }) => probe));
    const others = [...snapshot.facts('registryProbe').values()].filter((probe) => !told.has(probe));
    return [
      ...failing.map((each) => podsVerdict(each, snapshot)),
      ...others.flatMap((probe) => wallVerdict(probe, snapshot) ?? []),
    ];
  },
});

function podsVerdict(failing: FailingHost, snapshot: Snapshot): Verdict {
  const { host, pulls, pods } = failing;
  const times = pulls.slice(0, 20).flatMap(({ trouble }) => failingSince(trouble, snapshot) ?? []);
  const verdict: Verdict = {
    subject: registrySubject(host, snapshot),
    level: 'warn',
    say: limitedSay(registryName(host), pods.length),
    evidence: hostEvidence(failing),
    steps: podSteps(failing),
    ...startedAt(times.length === 0 ? null : Math.min(...times), snapshot.now),
  };
  return standingFor(verdict, failing);
}

function limitedSay(host: string, count: number): Say {
  const values = { host: shorten(host, 80), count };
  return count === 1
    ? say("{host}'s limit is used up: 1 pod waits for its image", values)
    : say("{host}'s limit is used up: {count} pods wait for their images", values);
}

function wallVerdict(probe: RegistryProbeFact, { now }: Snapshot): Verdict | null {
  if (probe.limitedSince === null) return null;
  return {
    subject: probeSubject(probe),
    level: 'warn',
    say: say('{name} answers the wall with 429: its limit is used up', { name: nameOf(probe) }),
    sources: [probe.source],
    steps: [
      { say: 'How many requests does it allow?', command: command`curl -sSI ${apiUrl(probe)}` },
      ...(probe.configured
        ? [{ say: 'Ask it less often: raise "every:" of this registry in the configuration, or name a login' }]
        : []),
    ],
    ...startedAt(probe.limitedSince, now),
  };
}

const hubToken = 'https://auth.docker.io/token?service=registry.docker.io&scope=repository:ratelimitpreview/test:pull';
const hubImage = 'https://registry-1.docker.io/v2/ratelimitpreview/test/manifests/latest';

function podSteps({ host, pods: [pod] }: FailingHost): Step[] {
  const secrets: Step[] =
    pod === undefined
      ? []
      : [
          {
            say: 'Is there a pull secret with a login? It raises the limit',
            command: command`kubectl -n ${pod.namespace} get secrets --field-selector type=kubernetes.io/dockerconfigjson`,
          },
        ];
  return [
    { say: 'It is tried again by itself; a login, or a mirror of your own on the nodes, raises the limit' },
    ...secrets,
    ...(host === 'docker.io'
      ? [
          {
            say: 'How much is left for the address of a node, without a login? Run it there',
            command: `TOKEN=$(curl -s '${hubToken}' | sed 's/.*"token":"\\([^"]*\\)".*/\\1/'); curl -sI -H "Authorization: Bearer $TOKEN" ${hubImage} | grep -i ratelimit`,
          },
        ]
      : []),
  ];
}
