import { describe, expect, test } from 'vitest';
import { jsonCut } from '#server/cluster/json-cut.ts';
import type { KindRow } from '#server/cluster/kind-row.ts';
import { kinds } from '#server/cluster/kinds.ts';
import { leftOut } from '#server/cluster/list-watch-request.ts';
import { asItIs } from '#server/facts/read-raw.ts';
import { rawBySource } from '#test/facts/raw-objects.ts';
import { rawPod } from '#test/facts/raw-pod.ts';
import { kindOf } from './play.ts';

/** What is left of an object after the cut of its kind; `padding` makes it long enough to be cut. */
function cut(kind: KindRow, raw: unknown): Record<string, unknown> {
  const json = JSON.stringify({ padding: 'x'.repeat(2_100), ...(raw as object) });
  return JSON.parse(jsonCut(leftOut(kind))(Buffer.from(json))) as Record<string, unknown>;
}

/** All keys of lists and objects, however deep. */
function keysOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const nested = Object.entries(value).flatMap(([key, part]) =>
    typeof part === 'object' && part !== null && !Array.isArray(value) ? [key, ...keysOf(part)] : keysOf(part),
  );
  return [...new Set(nested)];
}

describe('what is cut out of objects', () => {
  test.each(kinds.map((kind) => [kind.source, kind] as const))('of %s leaves the fact as it is', (source, kind) => {
    const raw = rawBySource[source];
    const whole = kind.fact(raw, source, asItIs);
    expect(whole).not.toBeNull();
    expect(kind.fact(cut(kind, raw), source, asItIs)).toEqual(whole);
  });

  test('of a pod is most of it: only what its fact reads is left', () => {
    const pods = kindOf('pods');
    const left = cut(pods, rawPod);
    expect(keysOf(left).toSorted()).toEqual([
      ...['conditions', 'containerStatuses', 'containers', 'finalizers', 'initContainerStatuses', 'initContainers'],
      ...['labels', 'lastState', 'limits', 'metadata', 'ownerReferences', 'persistentVolumeClaim', 'requests'],
      ...['resources', 'running', 'spec', 'state', 'status', 'terminated', 'volumes', 'waiting'],
    ]);
    const length = (value: unknown): number => JSON.stringify(value).length - 2_100;
    expect(length({ padding: 'x'.repeat(2_100), ...rawPod })).toBeGreaterThan(5_000);
    expect(length(left)).toBeLessThan(length(rawPod) * 0.8);
  });

  test('of a pod is nothing that only shares a name with what is cut', () => {
    const { metadata } = cut(kindOf('pods'), rawPod) as { metadata: { labels: unknown } };
    expect(metadata.labels).toEqual(rawPod.metadata.labels);
  });
});
