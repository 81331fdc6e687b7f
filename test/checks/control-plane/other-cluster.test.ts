import { describe, expect, test } from 'vitest';
import otherCluster from '#server/checks/control-plane/other-cluster.ts';
import { evidenceOf, judged, sentence, theVerdict } from '#test/builders/judged.ts';
import { aSnapshot } from '#test/builders/snapshot.ts';

const [old, current] = ['0a5b6f0e-1111-4000-8000-000000000001', '77777777-2222-4000-8000-000000000002'];

describe('the identity of the cluster', () => {
  test('that is remembered is fine', () => {
    const verdict = theVerdict(otherCluster, aSnapshot({ identity: { remembered: old, current: old } }));
    expect([verdict.level, sentence(verdict)]).toEqual(['ok', 'it is the cluster that we know']);
  });

  test('that is another is bad, tells both, and stays until acknowledged', () => {
    const verdict = theVerdict(otherCluster, aSnapshot({ identity: { remembered: old, current } }));
    expect(verdict.level).toBe('bad');
    expect(sentence(verdict)).toBe('another cluster answers at 192.168.1.10:6443: 77777777 now, 0a5b6f0e before');
    expect(evidenceOf(verdict)).toEqual([`remembered: ${old}`, `answering: ${current}`]);
    expect(otherCluster.latch).toBe(true);
  });

  test('by the hash of a CA is told apart as well', () => {
    const identity = { remembered: 'ca:0123456789abcdef', current: 'ca:fedcba9876543210' };
    const verdict = theVerdict(otherCluster, aSnapshot({ door: null, identity }));
    expect(sentence(verdict)).toBe('another cluster answers at its address: ca:fedcba98 now, ca:01234567 before');
  });

  test.for([
    { remembered: '', current: old },
    { remembered: old, current: '' },
    { remembered: '', current: '' },
    { remembered: 'ca:0123', current: old },
    { remembered: old, current: 'ca:0123' },
  ])('is not judged while one of both is not known, or they are of different sorts: %o', (identity) => {
    expect(judged(otherCluster, aSnapshot({ identity }))).toEqual([]);
  });
});
