import { expect, test } from 'vitest';
import { matchingLines } from '#server/cluster/matching-lines.ts';
import { startSigns } from '#server/cluster/start-signs.ts';
import { anEvent } from '#test/builders/facts.ts';

const limits = { starts: ['a{', 'bb{'], mostLineBytes: 20, mostLines: 3, mostBytes: 1_000 };

/** A body that comes in pieces of so many bytes. */
async function* inPieces(text: string, bytes: number): AsyncGenerator<Uint8Array> {
  const whole = Buffer.from(text);
  for (let at = 0; at < whole.length; at += bytes) {
    await Promise.resolve();
    yield whole.subarray(at, at + bytes);
  }
}

test.each([1, 2, 3, 7, 1_000])('the wanted lines are found in pieces of %d bytes', async (bytes) => {
  const text = `a{1}\nab{2}\n\nbb{é}\nb\nbb\n${'a{'.padEnd(30, 'x')}\nxa{3}\na{4}`;
  expect(await matchingLines(inPieces(text, bytes), limits)).toEqual(['a{1}', 'bb{é}', 'a{4}']);
});

test('of more lines than allowed the first are taken, and of a longer body none', async () => {
  expect(await matchingLines(inPieces('a{1}\n'.repeat(9), 4), limits)).toHaveLength(3);
  expect(await matchingLines(inPieces('x\n'.repeat(501), 100), limits)).toBeNull();
  expect(await matchingLines(inPieces('', 1), limits)).toEqual([]);
});

test('a node has begun anew, or looked at its certificates, when its newest event of that kind says so', () => {
  const about = { kind: 'Node', namespace: null, name: 'nuc0' };
  const events = [
    anEvent({ key: '1', reason: 'Starting', about, lastAt: 5_000 }),
    anEvent({ key: '2', reason: 'CertificateExpirationOK', about, lastAt: null, firstAt: 9_000 }),
    anEvent({ key: '3', reason: 'CertificateExpirationWarning', about: { ...about, name: 'nuc1' }, lastAt: 7_000 }),
    anEvent({ key: '4', reason: 'NodeHasDiskPressure', about, lastAt: 20_000 }),
    anEvent({ key: '5', reason: 'Starting', about: { ...about, kind: 'Pod', name: 'nuc2' }, lastAt: 20_000 }),
  ];
  expect(startSigns(new Map(events.map((event) => [event.key, event])))).toEqual(
    new Map([
      ['nuc0', 9_000],
      ['nuc1', 7_000],
    ]),
  );
});
