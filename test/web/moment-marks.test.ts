import { expect, test } from 'vitest';

import type { Moment } from '#shared/history.ts';
import { momentMarks } from '#web/parts/moment-marks.ts';

const moments: Moment[] = [
  { at: 1, kind: 'reboot', text: 'nuc1 rebooted' },
  { at: 2, kind: 'reboot', text: 'nuc10 rebooted' },
  { at: 3, kind: 'version', text: 'API server v1 → v2' },
  { at: 4, kind: 'version', text: 'nuc10 kubelet v1 → v2' },
  { at: 5, kind: 'image', text: 'git/gitea: 1.21 to 1.22' },
  { at: 6, kind: 'incident-begin', text: 'nuc1 is full', level: 'bad', finding: 'nodes/disk-full|Node/nuc1' },
  { at: 7, kind: 'incident-begin', text: 'gitea crashes', level: 'warn', finding: 'workloads/x|Deployment/git/gitea' },
  { at: 8, kind: 'stop', text: 'the wall stopped' },
];
const at = (series: string) => momentMarks(moments, series).map((mark) => mark.at);

test('a chart of one node has what happened to it and to the cluster, not what happened to nodes of like names', () => {
  expect(at('nodes/disk|Node/nuc1')).toEqual([1, 3, 6, 8]);
});

test('a chart of all nodes has what happened to each', () => {
  expect(at('nodes/ready')).toEqual([1, 2, 3, 4, 6, 8]);
});

test('a chart of a workload has its roll-outs and incidents, and nodes that rebooted', () => {
  expect(at('workloads/cpu|Deployment/git/gitea')).toEqual([1, 2, 3, 4, 5, 7, 8]);
  expect(at('workloads/cpu|Deployment/git/other')).toEqual([1, 2, 3, 4, 8]);
});

test('a chart of a claim has what was found and said of it, not of one of the same name elsewhere, and nodes that rebooted', () => {
  const finding = (namespace: string) => `storage/volume-emptied|PersistentVolumeClaim/${namespace}/data`;
  const told: Moment[] = [
    ...moments,
    { at: 11, kind: 'incident-begin', text: 'data lost its data', level: 'bad', finding: finding('git') },
    { at: 12, kind: 'acknowledged', text: 'data lost its data · it was me', finding: finding('git') },
    { at: 13, kind: 'incident-end', text: 'over: data lost its data', level: 'ok', finding: finding('git') },
    { at: 14, kind: 'incident-begin', text: 'data lost its data', level: 'bad', finding: finding('media') },
  ];
  const ofClaim = (namespace: string) =>
    momentMarks(told, `storage/used|PersistentVolumeClaim/${namespace}/data`).map((mark) => mark.at);
  expect(ofClaim('git')).toEqual([1, 2, 3, 4, 8, 11, 12, 13]);
  expect(ofClaim('media')).toEqual([1, 2, 3, 4, 8, 14]);
});

test('of very many the latest are drawn', () => {
  const many = Array.from({ length: 500 }, (_, i): Moment => ({ at: i, kind: 'start', text: 'the wall started' }));
  const marks = momentMarks(many, 'nodes/ready');
  expect(marks.length).toBeLessThanOrEqual(100);
  expect(marks.at(-1)?.at).toBe(499);
});
