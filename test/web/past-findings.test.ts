import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';

import type { PastFinding } from '#shared/history.ts';
import { plainly, say } from '#shared/say.ts';
import { episodeWords, timesWords } from '#web/parts/episode-words.ts';
import PastFindings from '#web/parts/PastFindings.svelte';
import { hour, makeFinding, minute, node, timeZone } from './fixtures.ts';
import { answerEpisodes, makeEpisode, noPast } from './past-fixtures.ts';
import { hostileNames } from './scenes.ts';

// 20:41 in Amsterdam.
const now = Date.UTC(2026, 4, 5, 18, 41);
const day = 24 * hour;
const context = { now, timeZone };

function show(past: Partial<typeof noPast>, of?: string, findings = [] as ReturnType<typeof makeFinding>[]) {
  const props = { past: { ...noPast, ...past }, findings, context, ...(of === undefined ? {} : { of }) };
  return render(PastFindings, { props });
}
const lines = () => screen.getAllByRole('listitem').map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim());

test('each is told with its level in a word, its sentence, when it was and how long', () => {
  show({ episodes: [makeEpisode({ since: now - 18 * hour, endedAt: now - 18 * hour + 40 * minute })] });
  expect(lines()).toEqual(['failing: nuc2 is not ready 02:41, for 40 min']);
});

test('the newest stands first, and what lasts stands elsewhere', () => {
  const lasting = makeEpisode({ since: now - minute, endedAt: null, say: plainly('still so') });
  show({ episodes: [lasting, ...answerEpisodes(now, { area: 'nodes' }).episodes] });
  expect(lines()[0]).toContain('08:42');
  expect(lines().join()).not.toContain('still so');
});

test('an age is told as it was when it ended, and does not go on', () => {
  const since = now - 20 * day;
  const words = say('nuc1 has sent no heartbeat for {at:age}', { at: since });
  show({ episodes: [makeEpisode({ since, endedAt: since + 12 * minute, say: words })] });
  expect(lines()[0]).toContain('nuc1 has sent no heartbeat for 12 min');
});

test('what is not known exactly is said', () => {
  const [since, endedAt] = [now - 3 * day, now - 3 * day + 2 * hour];
  expect(episodeWords(makeEpisode({ since, endedAt, atLeast: true }), context)).toBe(
    'Sat 20:41 or before, for at least 2 h',
  );
  expect(episodeWords(makeEpisode({ since, endedAt, endedAtMost: true }), context)).toBe(
    'Sat 20:41, ended while the wall was off, by Sat 22:41',
  );
});

test('a cause is told in its own words if they are known, else by its name', () => {
  const since = now - 2 * day;
  const cause = makeEpisode({
    finding: 'nodes/no-heartbeat|Node/nuc1',
    since,
    endedAt: now - day,
    say: plainly('silent'),
  });
  const effect = (id: string, ended: number) =>
    makeEpisode({ since, endedAt: ended, cause: id, episode: `${id} ${ended}` });
  const present = makeFinding(now, {
    check: 'nodes/full',
    level: 'bad',
    subject: node('nuc0'),
    say: plainly('full'),
    since,
  });
  show(
    {
      episodes: [
        effect('nodes/no-heartbeat|Node/nuc1', now - day),
        effect('nodes/full|Node/nuc0', now - day),
        effect('control-plane/api-answers|Endpoint/api', now - day),
        cause,
      ],
    },
    undefined,
    [present],
  );
  expect(lines().map((line) => line.split('because of: ')[1])).toEqual([
    'silent',
    'full',
    'Endpoint api, api answers',
    undefined,
  ]);
});

test('twenty are drawn, and twenty more with each tap', async () => {
  const { container } = show({ episodes: answerEpisodes(now, { area: 'workloads' }).episodes });
  expect(lines()).toHaveLength(20);
  expect(container.textContent).toContain('20 of 45 are shown');
  await fireEvent.click(screen.getByRole('button', { name: 'show 20 more' }));
  expect(lines()).toHaveLength(40);
  await fireEvent.click(screen.getByRole('button', { name: 'show 5 more' }));
  expect(lines()).toHaveLength(45);
  expect(screen.queryByRole('button')).toBeNull();
});

test('on the page of a finding it is told how often it was so before, and for how long together', () => {
  const four = Array.from({ length: 4 }, (_, i) =>
    makeEpisode({ since: now - (i + 1) * day, endedAt: now - (i + 1) * day + 30 * minute }),
  );
  const { container } = show({ episodes: four }, 'nodes/not-ready|Node/nuc2');
  expect(container.textContent.replace(/\s+/g, ' ')).toContain('Was so 4 times before in 30 days, together 2 h');
  expect(container.textContent).not.toContain('nuc2 is not ready');
  expect(lines()[0]).toBe('failing Mon 20:41, for 30 min');
});

test('one that began before the time that is told of counts from then on', () => {
  const long = makeEpisode({ since: now - 40 * day, endedAt: now - 29 * day });
  expect(timesWords([long], now, 30)).toBe('Was so once before in 30 days, together 1 d');
});

test('how long together is told as far as it is known', () => {
  const whole = makeEpisode({ since: now - 9 * day, endedAt: now - 8 * day });
  const ending = makeEpisode({ since: now - 5 * day, endedAt: now - 5 * day + 20 * hour, endedAtMost: true });
  const open = { ...whole, atLeast: true as const };
  const words = (...episodes: PastFinding[]) => timesWords(episodes, now, 30).split(', ')[1];
  expect(words(ending)).toBe('together at most 20 h');
  expect(words(ending, whole)).toBe('together between 1 d and 1 d 20 h');
  expect(words(open)).toBe('together at least 1 d');
  expect(words(ending, open)).toBe('together at least 1 d');
  expect(words({ ...ending, atLeast: true })).toBe('for how long is not known');
});

test('none is a word too, and so is that they cannot be told', () => {
  expect(show({}).container.textContent).toContain('None is known of the last 30 days.');
  const { container } = show({ trouble: 'The wall cannot be reached.' });
  expect(container.textContent).toContain('They cannot be told: The wall cannot be reached.');
  // Without contact the page has its own alert; ten more would drown it.
  expect(screen.queryByRole('alert')).toBeNull();
});

test('hostile names are text', () => {
  const name = hostileNames.html;
  const { container } = show({
    episodes: [makeEpisode({ since: now - hour, endedAt: now, say: say('{name} fell', { name }), cause: name })],
  });
  expect(container.querySelector('img')).toBeNull();
  expect(container.textContent).toContain(`${name} fell`);
});
