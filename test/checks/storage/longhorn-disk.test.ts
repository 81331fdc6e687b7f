import { describe, expect, it } from 'vitest';
import longhornDisk from '#server/checks/storage/longhorn-disk.ts';
import { aLonghornDisk, aLonghornNode } from '../../builders/backups.ts';
import { evidenceOf, judged, sentence, theVerdict } from '../../builders/judged.ts';
import { aSnapshot } from '../../builders/snapshot.ts';
import { hour, noon } from '../../builders/time.ts';

const gigabyte = 1_000_000_000;
const condition = (status: string, part: object = {}) => ({
  ...{ status, reason: '', message: '', changedAt: noon - hour },
  ...part,
});

function verdict(disk: Parameters<typeof aLonghornDisk>[0], node: Parameters<typeof aLonghornNode>[0] = {}) {
  return theVerdict(
    longhornDisk,
    aSnapshot({ more: { longhornNode: [aLonghornNode({ disks: [aLonghornDisk(disk)], ...node })] } }),
  );
}

const said = (disk: Parameters<typeof aLonghornDisk>[0], node?: Parameters<typeof aLonghornNode>[0]) => {
  const found = verdict(disk, node);
  return [found.level, sentence(found)];
};
const disk = "Longhorn's disk /var/lib/longhorn/ on nuc0";

describe('a disk of Longhorn', () => {
  it('with room is fine', () => {
    expect(said({})).toEqual(['ok', `${disk} has room`]);
    expect(verdict({})).toMatchObject({
      ...{ subject: { kind: 'LonghornNode', namespace: 'longhorn-system', name: 'nuc0' }, key: 'default-disk-0a1b' },
    });
  });

  it('is judged by what is free of what Longhorn may use', () => {
    // Of 100 GB ten are reserved: 13.5 GB are 15 % of the rest.
    expect(said({ availableBytes: 13.5 * gigabyte })[0]).toBe('ok');
    expect(said({ availableBytes: 13 * gigabyte })).toEqual(['warn', `${disk} has 15 % left`]);
    expect(said({ availableBytes: 9 * gigabyte })[0]).toBe('warn');
    expect(said({ availableBytes: 8.1 * gigabyte })).toEqual(['bad', `${disk} has 9 % left`]);
    expect(said({ availableBytes: 0 })).toEqual(['bad', `${disk} has 0 % left`]);
    expect(evidenceOf(verdict({ availableBytes: 8 * gigabyte }))).toEqual([
      '8 GB free of 100 GB, 10 GB of it not for Longhorn, 50 GB promised to replicas',
    ]);
  });

  it('without figures that can be is unknown, not fine', () => {
    const odd = [
      ...[{ availableBytes: null }, { maximumBytes: 0 }, { maximumBytes: null }, { availableBytes: -1 }],
      { reservedBytes: 200 * gigabyte },
    ];
    for (const part of odd) expect(said(part)).toEqual(['unknown', `${disk} does not say how much of it is free`]);
    expect(said({ reservedBytes: null, scheduledBytes: null, availableBytes: 9 * gigabyte })[0]).toBe('bad');
  });

  it('that is not ready is bad with the reason, and unknown where it does not say', () => {
    const gone = { ready: condition('False', { reason: 'DiskFilesystemChanged', message: 'has another id' }) };
    const found = verdict({ ...gone, maximumBytes: 0, schedulable: condition('False', { reason: 'DiskNotReady' }) });
    expect([found.level, sentence(found), found.startedAt]).toEqual(['bad', `${disk} is not ready`, noon - hour]);
    expect(evidenceOf(found)).toEqual(['DiskFilesystemChanged: has another id']);
    expect(said({ ready: null })[0]).toBe('unknown');
    expect(said({ ready: condition('Unknown') })).toEqual(['unknown', `${disk} does not say whether it is ready`]);
  });

  it('that takes no replicas is a warning for want of room, a notice by will', () => {
    const pressure = condition('False', { reason: 'DiskPressure', message: 'only 20 GB are free' });
    expect(said({ schedulable: pressure })).toEqual([
      'warn',
      `${disk} takes no new replicas: too little of it is free`,
    ]);
    expect(said({ schedulable: condition('False', { reason: 'Eclipse' }) })).toEqual([
      ...['warn', `${disk} takes no new replicas: Eclipse`],
    ]);
    const off = `${disk} takes no new replicas: somebody has switched that off`;
    expect(said({ allowScheduling: false, schedulable: condition('False') })).toEqual(['notice', off]);
    expect(said({}, { allowScheduling: false })).toEqual(['notice', off]);
  });

  it('that fails by its own word is bad, and another word is unknown', () => {
    const failing = verdict({ health: 'FAILED', healthTroubles: ['Reallocated_Sector_Ct: 1200'] });
    expect([failing.level, sentence(failing)]).toEqual([
      ...['bad', `${disk} is failing by its own word (SMART): replace it`],
    ]);
    expect(evidenceOf(failing)[0]).toBe('Reallocated_Sector_Ct: 1200');
    for (const health of ['PASSED', 'UNKNOWN', '']) expect(said({ health })[0]).toBe('ok');
    expect(said({ health: 'POORLY' })).toEqual([
      ...['unknown', `${disk} says of its health what is not known: "POORLY"`],
    ]);
  });

  it('tells the worst first and the rest as evidence', () => {
    const found = verdict({ health: 'FAILED', availableBytes: 12 * gigabyte });
    expect(found.level).toBe('bad');
    expect(evidenceOf(found)).toContain('it has 14 % left');
  });

  it('is told for each disk of each node, one of two of the same name', () => {
    const nodes = [
      aLonghornNode({
        disks: [aLonghornDisk({ name: 'a' }), aLonghornDisk({ name: 'b' }), aLonghornDisk({ name: 'b' })],
      }),
      aLonghornNode({ name: 'nuc1' }),
      aLonghornNode({ name: 'nuc2', disks: [] }),
    ];
    const found = judged(longhornDisk, aSnapshot({ more: { longhornNode: nodes } }));
    expect(found.map(({ subject, key }) => `${subject.name} ${key}`)).toEqual([
      ...['nuc0 a', 'nuc0 b', 'nuc1 default-disk-0a1b'],
    ]);
  });
});
