import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { NodeFact } from '#server/facts/node.ts';
import { say } from '#shared/say.ts';
import { freshFact } from '../fresh-fact.ts';
import { compareVersions, parseKubeVersion, type KubeVersion } from '../kube-version.ts';
import { nodeSubject } from '../subjects.ts';

/** Do the versions of the kubelets fit each other and the API server? */
export default defineCheck({
  check: 'nodes/version-skew',
  about: 'kubelets differ in version, or are too old or too new for the API server',
  needs: { node: 'required', apiDoor: 'optional' },
  settings: {
    minors: {
      type: 'count',
      default: 3,
      about: 'how many minor versions a kubelet may be older than the API server',
      min: 0,
      max: 10,
    },
  },
  judge(snapshot, { settings }) {
    const nodes = [...snapshot.facts('node').values()];
    const newest = newestOf(nodes);
    const server = freshFact(snapshot, 'apiDoor', 'api')?.version ?? '';
    return nodes
      .filter(({ kubeletVersion }) => kubeletVersion !== '')
      .map((node) => verdict(node, newest, server, settings.minors));
  },
});

function verdict({ name, kubeletVersion: kubelet }: NodeFact, newest: string, server: string, minors: number): Verdict {
  const subject = nodeSubject(name);
  const own = parseKubeVersion(kubelet);
  const api = parseKubeVersion(server);
  const values = { name, kubelet, server, newest };
  if (own === null) {
    return {
      subject,
      level: 'notice',
      say: say('{name} calls its kubelet {kubelet}, which cannot be compared', values),
    };
  }
  const older = api === null ? 0 : minorsOlder(own, api);
  if (older > minors) {
    return {
      subject,
      level: 'notice',
      say: say('kubelet {kubelet} of {name} is {older} minor versions older than the API server {server}', {
        ...values,
        older,
      }),
      evidence: [{ kind: 'text', say: say('{minors} are supported', { minors }) }],
      steps: [upgradeStep(name)],
    };
  }
  if (older < 0) {
    return {
      subject,
      level: 'notice',
      say: say('kubelet {kubelet} of {name} is newer than the API server {server}, which is not supported', values),
      steps: [{ say: 'Upgrade the servers first, then the other nodes' }],
    };
  }
  if (kubelet !== newest) {
    return {
      subject,
      level: 'notice',
      say: say('{name} runs kubelet {kubelet}, the newest here is {newest}', values),
      steps: [upgradeStep(name)],
    };
  }
  return { subject, level: 'ok', say: say('{name} runs kubelet {kubelet}', values) };
}

function upgradeStep(name: string): { say: string } {
  return { say: `Upgrade ${name} like the others, one node at a time` };
}

/** How many minor versions a kubelet is older than the API server; negative if newer. */
function minorsOlder(kubelet: KubeVersion, api: KubeVersion): number {
  return kubelet.major === api.major ? api.minor - kubelet.minor : (api.major - kubelet.major) * 1000;
}

/** The newest kubelet version among the nodes as written, "" if none can be compared. */
function newestOf(nodes: NodeFact[]): string {
  let newest: { text: string; version: KubeVersion } | null = null;
  for (const text of new Set(nodes.map(({ kubeletVersion }) => kubeletVersion))) {
    const version = parseKubeVersion(text);
    if (version !== null && (newest === null || compareVersions(version, newest.version) > 0))
      newest = { text, version };
  }
  return newest?.text ?? '';
}
