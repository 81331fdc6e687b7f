import { expect, test, vi } from 'vitest';
import { noon } from './episode-data.ts';
import { useDataDirectory } from './data-directory.ts';

const data = [useDataDirectory(), useDataDirectory()];
const killsEach = 25;

/** One that writes, killed after so many ticks; gives the last tick that it said was kept, and those it said a while before. */
async function killed(directory: (typeof data)[number], ticks: number): Promise<{ last: number; old: number }> {
  const { child, lines } = await directory.process('write');
  let old = 0;
  await vi.waitFor(() => expect(lines.length).toBeGreaterThan(ticks), { timeout: 20_000, interval: 5 });
  if (ticks % 3 === 0) {
    old = tickOf(lines);
    const begun = Date.now();
    // Moments and episodes are written within a second.
    await vi.waitFor(() => expect(Date.now() - begun).toBeGreaterThan(1_500), 5_000);
  }
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  return { last: tickOf(lines), old };
}

const tickOf = (lines: string[]) => Number(lines.findLast((line) => line.startsWith('kept'))!.slice(5));

test(`kill -9 in the midst of writing, ${killsEach * data.length} times: what was told is there, and the file is whole`, async () => {
  await Promise.all(
    data.map(async (directory, at) => {
      for (let round = 0; round < killsEach; round += 1) {
        const { last, old } = await killed(directory, 1 + ((round * 37 + at * 11) % 120));
        const history = directory.open({ now: () => noon + (last + 1) * 15_000 });
        expect([history.problem, directory.log]).toEqual(['', []]);
        expect(directory.peek('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
        const [kept] = history.load('abc').episodes;
        // The line may not have been said any more, so that one more may have been kept.
        expect(kept?.since).toBeOneOf([last, last + 1]);
        const { levels, series, moments, episodes } = history.of('abc');
        const stretches = levels.read('nodes', 0, Infinity)!;
        expect(stretches.at(-1)!.from).toBeGreaterThanOrEqual(noon + (last - 1) * 15_000);
        expect(stretches.every(({ to }) => to !== null)).toBe(true);
        const read = series.read('nodes/ready', noon + last * 15_000, noon + (last + 1) * 15_000, 1);
        expect(read?.points[0]?.[2]).toBe(last);
        const told = moments.read(0, Infinity, 1)[0];
        if (old > 0) expect(Number(told?.text)).toBeGreaterThanOrEqual(old);
        if (old > 0)
          expect(episodes.read({ from: 0, to: Infinity, most: 1 })[0]!.since).toBeGreaterThanOrEqual(
            noon + old * 15_000,
          );
        history.close();
      }
    }),
  );
}, 300_000);
