import { describe, expect, test } from 'vitest';
import claimPending from '#server/checks/storage/claim-pending.ts';
import type { EventFact } from '#server/facts/event.ts';
import type { PersistentVolumeClaimFact } from '#server/facts/persistent-volume-claim.ts';
import type { StorageClassFact } from '#server/facts/storage-class.ts';
import { anEvent, aPod } from '#test/builders/facts.ts';
import { anEffect, commandsOf, explains, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot, type SnapshotParts } from '#test/builders/snapshot.ts';
import { aClaim } from '#test/builders/storage.ts';
import { day, minute, noon, second } from '#test/builders/time.ts';
import { aDeployment } from '#test/builders/workloads.ts';

const localPath: StorageClassFact = {
  ...{ key: 'local-path', uid: 'uid-local-path', source: 'storageclasses', name: 'local-path' },
  ...{ provisioner: 'rancher.io/local-path', isDefault: true, waitsForPod: true, reclaimPolicy: 'Delete' },
  canGrow: false,
};
const atOnce: StorageClassFact = {
  ...{ ...localPath, key: 'longhorn', uid: 'uid-longhorn', name: 'longhorn', isDefault: false },
  ...{ provisioner: 'driver.longhorn.io', waitsForPod: false },
};

const pending = (ageMs: number, part: Partial<PersistentVolumeClaimFact> = {}) =>
  aClaim({ phase: 'Pending', volume: '', createdAt: noon - ageMs, ...part });

const says = (reason: string, message: string, part: Partial<EventFact> = {}) =>
  anEvent({
    ...{ key: `git/${reason}`, reason, message, type: 'Normal' },
    about: { kind: 'PersistentVolumeClaim', namespace: 'git', name: 'gitea-data' },
    ...{ firstAt: noon - second, lastAt: noon - second, ...part },
  });

const wanting = aPod({
  ...{ namespace: 'git', name: 'gitea-0', claims: ['gitea-data'], owner: { kind: 'StatefulSet', name: 'gitea' } },
  ...{ phase: 'Pending', ready: false, node: null, containers: [] },
});

function snapshotOf(claim: PersistentVolumeClaimFact, parts: SnapshotParts = {}) {
  return aSnapshot({
    ...parts,
    more: { persistentVolumeClaim: [claim], storageClass: [localPath, atOnce], ...parts.more },
  });
}

const verdictOf = (claim: PersistentVolumeClaimFact, parts?: SnapshotParts, settings?: Record<string, number>) =>
  theVerdict(claimPending, snapshotOf(claim, parts), settings === undefined ? {} : { settings });

describe('a claim', () => {
  test('with its volume is fine, whether or not it is used', () => {
    const verdict = verdictOf(aClaim());
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'gitea-data has its volume']);
    const claim = aClaim();
    const [first] = judged(claimPending, snapshotOf(claim));
    expect(judged(claimPending, snapshotOf(claim))[0], 'the very same').toBe(first);
  });

  test('without one is fine for 2 min, a warning for 5 min, then bad', () => {
    const levels = [1.9, 2, 4.9, 5].map((minutes) => verdictOf(pending(minutes * minute)).level);
    expect(levels).toEqual(['ok', 'warn', 'warn', 'bad']);
    expect(sentence(verdictOf(pending(minute)))).toBe('the volume of gitea-data is being made');
    expect(sentence(verdictOf(pending(6 * minute)))).toBe(
      'gitea-data gets no volume: its provisioner driver.longhorn.io has made none',
    );
    expect(verdictOf(pending(6 * minute)).startedAt).toBe(noon - 6 * minute);
    expect(verdictOf(pending(minute), {}, { warn: 30_000, bad: 40_000 }).level).toBe('bad');
  });

  test('without a date that can be believed is a warning', () => {
    for (const createdAt of [null, noon + day, 0]) {
      const verdict = verdictOf(pending(0, { createdAt }));
      expect([verdict.level, verdict.startedAt]).toEqual(['warn', undefined]);
    }
  });

  test('in a phase that is not known is unknown, with the raw word', () => {
    const odd = verdictOf(aClaim({ phase: 'Fancy' }));
    expect([odd.level, sentence(odd)]).toEqual(['unknown', 'gitea-data is in a phase that is not known: "Fancy"']);
    expect(verdictOf(aClaim({ phase: '' })).level).toBe('unknown');
  });

  test('that is lost is told of elsewhere', () => {
    expect(judged(claimPending, snapshotOf(aClaim({ phase: 'Lost' })))).toEqual([]);
  });
});

describe('a claim whose class waits for a pod', () => {
  const claim = (ageMs: number) => pending(ageMs, { storageClass: 'local-path' });

  test('is fine without one, and a notice when nobody has wanted it for a week', () => {
    const fresh = verdictOf(claim(6 * minute));
    expect([fresh.level, sentence(fresh)]).toEqual(['ok', 'gitea-data waits for a pod']);
    const old = verdictOf(claim(9 * day));
    expect([old.level, sentence(old)]).toEqual([
      'notice',
      'gitea-data has no volume yet: no pod has wanted it for 9 days',
    ]);
    expect(verdictOf(pending(6 * minute, { storageClass: null })).level, 'the default one waits').toBe('ok');
  });

  test('is fine while its pod finds no node for other reasons', () => {
    const unscheduled = {
      reason: 'Unschedulable',
      message: '0/1 nodes are available: 1 Insufficient cpu.',
      since: null,
    };
    const verdict = verdictOf(claim(6 * minute), { pods: [{ ...wanting, unscheduled }] });
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'gitea-data waits for a node for its pod']);
  });

  test('is the news where the scheduler waits for the volume, or its provisioner was asked', () => {
    const message = "0/1 nodes are available: 1 node(s) didn't find available persistent volumes to bind.";
    const unscheduled = { reason: 'Unschedulable', message, since: null };
    expect(verdictOf(claim(6 * minute), { pods: [{ ...wanting, unscheduled }] }).level).toBe('bad');
    const asked = says(
      'ExternalProvisioning',
      "Waiting for a volume to be created either by the external provisioner 'rancher.io/local-path' or manually by the system administrator.",
    );
    const verdict = verdictOf(claim(6 * minute), { pods: [wanting], events: [asked] });
    expect([verdict.level, sentence(verdict)]).toEqual([
      'bad',
      'gitea-data gets no volume: its provisioner rancher.io/local-path has made none',
    ]);
  });
});

describe('why a claim gets no volume', () => {
  const why = (parts: SnapshotParts, part: Partial<PersistentVolumeClaimFact> = {}) =>
    sentence(verdictOf(pending(6 * minute, part), parts)).replace('gitea-data gets no volume: ', '');

  test('is told by events, in plain words', () => {
    const said = (reason: string, message: string) => why({ events: [says(reason, message)] });
    expect(said('ProvisioningFailed', 'storageclass.storage.k8s.io "fast" not found')).toBe(
      'there is no storage class fast',
    );
    expect(said('FailedBinding', 'no persistent volumes available for this claim and no storage class is set')).toBe(
      'no volume fits it, and it names no storage class',
    );
    expect(said('VolumeMismatch', 'Cannot bind to requested volume "pv-1": requested PV is too small')).toBe(
      'the volume pv-1 is too small',
    );
    expect(
      said(
        'ProvisioningFailed',
        'failed to provision volume with StorageClass "longhorn": rpc error: code = DeadlineExceeded desc = context deadline exceeded',
      ),
    ).toBe('its storage does not answer in time');
    expect(
      said(
        'ProvisioningFailed',
        'failed to provision volume with StorageClass "longhorn": rpc error: code = ResourceExhausted desc = x',
      ),
    ).toBe('its storage has not enough room left');
    expect(said('ProvisioningFailed', 'the moon is in the wrong phase')).toBe(
      'its provisioner says "the moon is in the wrong phase"',
    );
    expect(
      why({ events: [says('ProvisioningFailed', 'x', { lastAt: noon - day, firstAt: noon - day })] }),
      'of one before',
    ).toBe('its provisioner driver.longhorn.io has made none');
  });

  test('is told by its class and the volumes where events say nothing', () => {
    expect(why({}, { storageClass: 'fast' })).toBe('there is no storage class fast');
    expect(why({ more: { storageClass: [atOnce] } }, { storageClass: null })).toBe('there is no default storage class');
    expect(why({}, { storageClass: '' })).toBe('no volume that fits it is free');
    expect(why({}, { volume: 'pv-7' })).toBe('the volume pv-7 that it names is not there');
    const blind = { sources: { storageclasses: { fresh: false, state: 'forbidden' as const } } };
    expect(why(blind, { storageClass: 'fast' }), 'classes cannot be seen').toBe('no volume that fits it is free');
  });

  test('is that its provisioner does not run, whatever was said', () => {
    const maker = aDeployment({
      namespace: 'longhorn-system',
      name: 'csi-provisioner',
      key: 'longhorn-system/csi-provisioner',
    });
    const parts = { deployments: [maker], events: [says('ProvisioningFailed', 'context deadline exceeded')] };
    expect(why(parts)).toBe('its provisioner longhorn-system/csi-provisioner does not run');
    const pod = aPod({
      ...{ namespace: 'longhorn-system', name: 'csi-provisioner-1' },
      owner: { kind: 'Deployment', name: 'csi-provisioner' },
    });
    expect(why({ ...parts, pods: [pod] })).toBe('its storage does not answer in time');
    const { steps } = verdictOf(pending(6 * minute), { ...parts, pods: [pod] });
    expect(steps?.flatMap((step) => step.command ?? [])).toEqual([
      'kubectl -n longhorn-system get pods',
      'kubectl -n longhorn-system logs deployment/csi-provisioner --all-containers --tail 50',
      'kubectl -n git describe persistentvolumeclaim gitea-data',
    ]);
  });

  test('leads to where one looks, with names quoted', () => {
    expect(commandsOf(verdictOf(pending(6 * minute, { storageClass: 'fast' })))[0]).toBe('kubectl get storageclasses');
    const odd = pending(6 * minute, { name: 'a b', key: 'git/a b', storageClass: 'fast' });
    expect(commandsOf(verdictOf(odd)).at(-1)).toBe("kubectl -n git describe persistentvolumeclaim 'a b'");
  });
});

describe('a claim without a volume explains', () => {
  const stuck = anEffect('workloads/not-starting', {
    subject: { kind: 'StatefulSet', namespace: 'git', name: 'gitea' },
    level: 'bad',
  });

  test('that its pods do not start, and no others', () => {
    const snapshot = snapshotOf(pending(6 * minute), { pods: [wanting] });
    const cause = theVerdict(claimPending, snapshot);
    expect(explains(claimPending, cause, stuck, snapshot)).toBe(true);
    expect(explains(claimPending, cause, stuck, snapshotOf(aClaim(), { pods: [wanting] })), 'bound').toBe(false);
    const elsewhere = snapshotOf(pending(6 * minute), { pods: [{ ...wanting, claims: ['other'] }] });
    expect(explains(claimPending, cause, stuck, elsewhere)).toBe(false);
  });
});
