import { describe, expect, test } from 'vitest';
import noHeartbeat from '#server/checks/nodes/no-heartbeat.ts';
import notReady from '#server/checks/nodes/not-ready.ts';
import attachedToDeadNode from '#server/checks/storage/attached-to-dead-node.ts';
import type { NodeFact } from '#server/facts/node.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import type { PodFact } from '#server/facts/pod.ts';
import { aPod } from '#test/builders/facts.ts';
import { anEffect, commandsOf, evidenceOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aNode, goneQuiet } from '#test/builders/node.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aClaim, aPersistentVolume } from '#test/builders/storage.ts';
import { hour, minute, noon } from '#test/builders/time.ts';

const attachment = {
  ...{ key: 'csi-1', uid: 'uid-csi-1', source: 'volumeattachments', name: 'csi-1', attacher: 'driver.longhorn.io' },
  ...{ node: 'nuc0', volume: 'pvc-gitea-data', attached: true, attachError: null, detachError: null },
  ...{ createdAt: null, deletingAt: null },
};

const down = (ago: number) => aNode({ conditions: { Ready: goneQuiet({ changedAt: noon - ago }) } });

interface Parts {
  nodes?: NodeFact[];
  pod?: Partial<PodFact>;
  claim?: Partial<PersistentVolumeClaimFact>;
  sources?: SnapshotParts['sources'];
}

function snapshotOf({ nodes = [down(hour)], pod = {}, claim = {}, sources = {} }: Parts = {}) {
  const waiting = aPod({
    ...{ namespace: 'git', name: 'gitea-5d4f', node: 'nuc1', phase: 'Pending', ready: false, claims: ['gitea-data'] },
    ...{ createdAt: noon - 5 * minute, ...pod },
  });
  return aSnapshot({
    ...{ nodes, pods: [waiting], sources },
    more: {
      ...{ volumeAttachment: [attachment], persistentVolumeClaim: [aClaim(claim)] },
      persistentVolume: [aPersistentVolume()],
    },
  });
}

describe('a volume attached to a node that is down', () => {
  test('while a pod elsewhere waits is a warning after 2 min, bad after 10 min', () => {
    const levelAfter = (ms: number) =>
      judged(attachedToDeadNode, snapshotOf({ pod: { createdAt: noon - ms } }))[0]?.level;
    expect([1.9, 2, 9.9, 10].map((minutes) => levelAfter(minutes * minute))).toEqual([
      undefined,
      'warn',
      'warn',
      'bad',
    ]);
    const verdict = theVerdict(attachedToDeadNode, snapshotOf());
    expect(sentence(verdict)).toBe('gitea-data is still attached to nuc0, which is not ready: gitea-5d4f waits for it');
    expect(evidenceOf(verdict)).toEqual(['it waits: gitea-5d4f on nuc1']);
    expect(verdict.startedAt).toBe(noon - 5 * minute);
    const later = theVerdict(attachedToDeadNode, snapshotOf({ nodes: [down(3 * minute)] }));
    expect(later.startedAt, 'since both are so').toBe(noon - 3 * minute);
  });

  test('says what to look at first, and what only if the node is really off', () => {
    expect(commandsOf(theVerdict(attachedToDeadNode, snapshotOf()))).toEqual([
      'ping -c 3 192.168.1.10',
      'kubectl taint nodes nuc0 node.kubernetes.io/out-of-service=nodeshutdown:NoExecute',
      'kubectl taint nodes nuc0 node.kubernetes.io/out-of-service-',
      'kubectl get volumeattachments',
    ]);
    const gone = theVerdict(attachedToDeadNode, snapshotOf({ nodes: [] }));
    expect(sentence(gone)).toBe('gitea-data is still attached to nuc0, which is gone: gitea-5d4f waits for it');
    expect(commandsOf(gone)).toContain('kubectl delete volumeattachment csi-1');
  });

  test('is no finding where the node is ready, nobody waits, all may have it, or nodes cannot be seen', () => {
    const none = (parts: Parts) => expect(judged(attachedToDeadNode, snapshotOf(parts))).toEqual([]);
    none({ nodes: [aNode()] });
    none({ pod: { node: 'nuc0' } });
    none({ pod: { node: null } });
    none({ pod: { phase: 'Running', ready: true } });
    none({ claim: { accessModes: ['ReadWriteMany'] } });
    none({ nodes: [], sources: { nodes: { fresh: false, state: 'stale' } } });
  });

  test('is explained by that node, and explains that its volume cannot be mounted', () => {
    const snapshot = snapshotOf();
    const verdict = theVerdict(attachedToDeadNode, snapshot);
    const effect = anEffect('storage/attached-to-dead-node', verdict);
    const node = (name: string) => ({
      ...{ subject: { kind: 'Node', name }, level: 'bad' as const, say: { template: 'down', values: {} } },
    });
    for (const check of [notReady, noHeartbeat]) {
      expect(explains(check, node('nuc0'), effect, snapshot), check.check).toBe(true);
      expect(explains(check, node('nuc1'), effect, snapshot), check.check).toBe(false);
    }
    expect(explains(attachedToDeadNode, verdict, anEffect('storage/mount-failing', verdict), snapshot)).toBe(true);
  });
});
