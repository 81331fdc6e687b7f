import { defineCheck, type Verdict } from '#server/engine/define-check.ts';
import type { Snapshot } from '#server/engine/snapshot.ts';
import type { ApiDoorFact } from '#server/facts/api-door.ts';
import type { Step } from '#shared/finding.ts';
import { plainly, say } from '#shared/say.ts';
import { blindness } from '../blindness.ts';
import { apiDistribution, type Distribution } from '../distribution.ts';
import { refusalOf } from '../door-words.ts';
import { failingParts } from '../ready-parts.ts';
import { serverLog } from '../server-steps.ts';
import { startedAt } from '../started-at.ts';
import { apiSubject as subject } from '../subjects.ts';

/** Does the API server call itself ready? */
export default defineCheck({
  check: 'control-plane/api-ready',
  about: 'the API server is ready, or which of its parts is not: etcd, start-up steps, shutting down',
  needs: { apiDoor: 'required' },
  settings: {},
  blinds: true,
  explains: [blindness],
  judge(snapshot) {
    const door = snapshot.facts('apiDoor').get('api');
    // Where the door refuses us, api-answers says so: that its parts cannot be asked either is no news.
    if (door === undefined || refusalOf(door) !== null) return [];
    return door.outcome === 'ready'
      ? [{ subject, level: 'ok', say: say('the API server is ready') }]
      : [notReady(door, snapshot)];
  },
});

function notReady(door: ApiDoorFact, snapshot: Snapshot): Verdict {
  const { failingParts: names, message, readyAt, outcomeSince } = door;
  const parts = failingParts(names);
  return {
    subject,
    level: 'bad',
    say: parts === '' ? say('the API server is not ready') : say('the API server is not ready: {parts}', { parts }),
    evidence: [
      { kind: 'text', say: say('HTTP {status} of /readyz', { status: door.status ?? 'no status' }) },
      ...why(names, message),
      ...(readyAt === null ? [] : [{ kind: 'value' as const, say: say('last ready {at:at}', { at: readyAt }) }]),
    ],
    steps: [
      ...(names.some(isEtcd) ? etcdSteps(apiDistribution(snapshot)) : serverLog(apiDistribution(snapshot))),
      { say: 'See all its parts', command: "kubectl get --raw '/readyz?verbose'" },
    ],
    ...startedAt(outcomeSince, snapshot.now),
  };
}

function why(names: string[], message: string): NonNullable<Verdict['evidence']> {
  if (names.length > 0) return [{ kind: 'text', say: say('failing: {names}', { names: names.join(', ') }) }];
  return message === '' ? [] : [{ kind: 'text', say: plainly(message) }];
}

function isEtcd(part: string): boolean {
  return part.startsWith('etcd');
}

function etcdSteps(distribution: Distribution): Step[] {
  switch (distribution) {
    case 'k3s':
      return [
        { say: 'Is the disk of the datastore full?', command: 'df -h /var/lib/rancher' },
        { say: 'What did k3s say last?', command: 'journalctl -u k3s -n 100 --no-pager' },
      ];
    case 'rke2':
      return [
        { say: 'Is the disk of etcd full?', command: 'df -h /var/lib/rancher' },
        { say: 'What did RKE2 say last?', command: 'journalctl -u rke2-server -n 100 --no-pager' },
      ];
    case 'talos':
      return [
        { say: 'Does etcd run?', command: 'talosctl service etcd' },
        { say: 'What did it say last?', command: 'talosctl logs etcd' },
      ];
    case 'kubeadm':
    case 'unknown':
      return [
        { say: 'On the server node: does etcd run?', command: 'crictl ps -a --name etcd' },
        { say: 'Is its disk full?', command: 'df -h /var/lib/etcd' },
      ];
  }
}
