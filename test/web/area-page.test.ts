import './browser-stand-ins.ts';

import { fireEvent, render, screen, waitFor, within } from '@testing-library/svelte';
import { beforeAll, expect, test } from 'vitest';

import type { Area } from '#shared/area.ts';
import { plainly } from '#shared/say.ts';
import AreaPage from '#web/parts/AreaPage.svelte';
import { loadAreaRows } from '#web/parts/load-page-parts.ts';
import { answerArea, makeFinding, minute, timeZone, type Scene } from './fixtures.ts';
import { standInCanvas } from './canvas-stand-in.ts';
import type { ChartsShown } from '#web/parts/charted.ts';
import { makeCharted, noCharts } from './chart-fixtures.ts';
import { noPast, pastOf } from './past-fixtures.ts';
import { certificatesGood, ownExpired, twelveDaysLeft } from './scene-certificates.ts';
import { volumeEmptied } from './scene-storage.ts';
import { oneServiceDown, servicesGood, traefikDown } from './scene-services.ts';
import { allGood, hostile, hostileNames, nodeLost } from './scenes.ts';

const now = Date.UTC(2026, 4, 5, 18, 41);
/** What is loaded when it is needed takes its time on a busy machine. */
const patience = { timeout: 20_000 };
beforeAll(standInCanvas);
beforeAll(() => loadAreaRows());

function show(
  scene: Scene,
  area: Area = 'nodes',
  trouble: string | null = null,
  lostSince: number | null = null,
  past = noPast,
) {
  const tile = scene.board.tiles.find((one) => one.area === area);
  if (tile === undefined) throw new Error('there are always ten tiles');
  return render(AreaPage, {
    props: {
      lostSince,
      board: scene.board,
      tile,
      answer: trouble === null ? answerArea(scene, area) : null,
      trouble,
      past,
      charts: noCharts,
      context: { now, timeZone },
      acknowledge: () => Promise.resolve(null),
    },
  });
}
const names = () => screen.getAllByRole('rowheader').map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim());

test('its findings stand there, notices too, each with a way to its story', () => {
  const { container } = show(nodeLost(now));
  const articles = [...container.querySelectorAll('article')];
  expect(articles.map(({ dataset }) => dataset['level'])).toEqual(['bad', 'notice']);
  expect(articles[0]?.querySelector('h2 a')?.getAttribute('href')).toMatch(/^#\/findings\//);
});

test('what another finding explains is a line beneath it, without steps and log of its own', () => {
  const scene = nodeLost(now);
  const [cause, ...others] = scene.board.findings;
  if (cause === undefined) throw new Error('the scene has a finding');
  const subject = { kind: 'Lease', name: 'nuc2' };
  const words = plainly('the lease of nuc2 is old');
  const steps = [{ say: 'Look twice', command: 'kubectl get lease nuc2' }];
  const effect = makeFinding(now, { check: 'nodes/old', level: 'bad', subject, say: words, steps, cause: cause.id });
  const { container } = show({ ...scene, board: { ...scene.board, findings: [cause, effect, ...others] } });
  expect(container.querySelectorAll('article')).toHaveLength(2);
  expect(container.querySelector('article .effect')?.textContent).toContain('Because of it: the lease of nuc2 is old');
  expect(container.textContent).not.toContain('Look twice');
});

test('what is explained by another area leads there and has no steps of its own', () => {
  const { container } = show(nodeLost(now), 'workloads');
  const first = container.querySelector('article');
  expect(first?.querySelector('.effect')?.textContent).toContain('Because of: nuc2 has sent no heartbeat');
  expect(first?.querySelector('.step')).toBeNull();
});

test('the fine ones are rows too, the worst first', () => {
  show(nodeLost(now));
  expect(names()).toEqual(['failing nuc2', 'good kmaster', 'good nuc0', 'good nuc1']);
});

test('cells are written as their columns say', () => {
  show(nodeLost(now));
  const row = screen.getAllByRole('row')[1];
  if (row === undefined) throw new Error('there is a row');
  expect(
    within(row)
      .getAllByRole('cell')
      .map(({ textContent }) => textContent.trim()),
  ).toEqual(['no heartbeat', '4 min', 'v1.36.2', '15', '16 GB', '68 %']);
});

test('a tap on a column sorts by it, a second one the other way', async () => {
  show(nodeLost(now));
  const disk = screen.getByRole('button', { name: 'Disk' });
  await fireEvent.click(disk);
  expect(names()[0]).toBe('good kmaster');
  await fireEvent.click(disk);
  expect(names()[0]).toBe('failing nuc2');
  expect(screen.getByRole('columnheader', { name: 'Disk' }).getAttribute('aria-sort')).toBe('descending');
});

test('an area without findings says that nothing is wrong', () => {
  expect(show(allGood(now)).container.textContent).toContain('Nothing is wrong here.');
});

test('without contact an area is not known, whatever it was', () => {
  const { container } = show(allGood(now), 'nodes', null, now - 6 * minute);
  expect(container.querySelector('header')?.getAttribute('data-level')).toBe('unknown');
  expect(container.textContent).toContain('there is no contact with the wall');
  expect(container.textContent).not.toContain('Nothing is wrong');
});

test('without contact its strips say nothing of the time since then', () => {
  const stretches = [{ level: 'ok' as const, from: now - 40 * 24 * 60 * minute, to: null }];
  show(allGood(now), 'nodes', null, now - 120 * minute, { ...noPast, stretches });
  const strips = screen.getAllByRole('definition').map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim());
  expect(strips[0]).toContain('Last 24 hours: unknown since 18:41');
});

test('an area that is not watched does not say that it is fine', () => {
  const { container } = show(allGood(now), 'jobs');
  expect(container.textContent).toContain('not watched yet');
  expect(container.textContent).not.toContain('Nothing is wrong');
});

test('how much of a day, a week and a month was good stands in its heading, and in words beside each strip', () => {
  show(allGood(now), 'nodes', null, null, pastOf('nodes', now, { area: 'nodes' }));
  const [heading] = screen.getAllByRole('banner');
  expect(heading?.textContent).toMatch(/97\.2 % ?of 21 h 30 min watched.*99\.9\d % ?of 28 d 21 h watched/s);
  const strips = screen.getAllByRole('definition').map(({ textContent }) => textContent.replace(/\s+/g, ' ').trim());
  expect(strips).toHaveLength(3);
  expect(strips[0]).toMatch(/Last 24 hours: .*failing for 36 min at 08:41.*97\.2 % of 21 h 30 min watched/);
  expect(strips[0]).toContain('failing for 36 min · unknown for 1 h');
  expect(strips[2]).toContain('Last 30 days: ');
});

test('before the past is told there are no figures of it', () => {
  show(allGood(now));
  expect(screen.getByRole('banner').textContent).not.toContain('%');
});

test('rows that cannot be had are told, not left out silently', () => {
  show(nodeLost(now), 'nodes', 'The wall cannot be reached.');
  expect(screen.getByRole('alert').textContent).toContain('The wall cannot be reached.');
});

test('certificates stand in the order in which they end, beside their bars', async () => {
  show(certificatesGood(now), 'certificates');
  expect(names().slice(0, 3)).toEqual([
    'good photos.home.example',
    'good mealie.home.example',
    'good grafana.home.example',
  ]);
  await screen.findByRole(
    'img',
    { name: /^14 certificates; the soonest, photos.home.example, ends in 41 days$/ },
    patience,
  );
});

test('the worst is still first in the table, and what is not known is called so', () => {
  show(twelveDaysLeft(now), 'certificates');
  expect(names().slice(0, 3)).toEqual([
    'warning git.example',
    'unknown old-nas.home.example',
    'good photos.home.example',
  ]);
  const row = screen.getAllByRole('row')[2];
  if (row === undefined) throw new Error('there is a row');
  expect(
    within(row)
      .getAllByRole('cell')
      .map(({ textContent }) => textContent.trim()),
  ).toContain('unknown');
});

test('beside the bars all findings of the area stand in one column', async () => {
  const { container } = show(ownExpired(now), 'certificates');
  await screen.findByRole('img', { name: /^16 certificates; 2 have expired/ }, patience);
  expect(container.querySelectorAll('.first article')).toHaveLength(1);
  expect(container.querySelector('.first article h2')?.textContent).toContain("The wall's client certificate expired");
  expect(container.querySelector('.first .command code')?.textContent).toBe('systemctl restart k3s');
});

function showServices(scene: Scene, others?: Partial<NonNullable<ChartsShown['others']>>) {
  const chosen: string[] = [];
  const shown = others && {
    ...{ subjects: ['Host/ci.home.example'], subject: '', more: 0, showMore: () => undefined, trouble: null },
    ...{ chooseSubject: (subject: string) => void chosen.push(subject) },
    ...others,
  };
  const { container } = render(AreaPage, {
    props: {
      board: scene.board,
      tile: scene.board.tiles.find(({ area }) => area === 'services')!,
      answer: answerArea(scene, 'services'),
      measured: { area: 'services', at: now, rows: scene.measured?.services ?? {} },
      trouble: null,
      past: noPast,
      charts: { ...noCharts, charts: [makeCharted(now)], ...(shown && { others: shown }) },
      context: { now, timeZone },
      acknowledge: () => Promise.resolve(null),
    },
  });
  return { container, chosen };
}
const column = (title: string) => screen.getByRole('button', { name: title });

test('of many effects of one cause a few stand beneath it, and all the others when asked for', () => {
  showServices(traefikDown(now));
  const [card] = screen.getAllByRole('article');
  const lines = [...card!.querySelectorAll('.effect')];
  expect(lines).toHaveLength(14);
  expect(lines.filter((line) => line.closest('details') === null)).toHaveLength(5);
  expect(within(card!).getByText('and 9 more because of it').tagName).toBe('SUMMARY');
});

test('rows stand in their groups, the group with the worst row first, each with its uptime and its small line', async () => {
  showServices(oneServiceDown(now));
  expect(names().slice(0, 2)).toEqual(['Media', 'failing photos.home.example']);
  expect(names().filter((name) => !name.includes('.'))).toEqual(['Media', 'Work', 'good gitea', 'House', 'Others']);
  expect(screen.getByText('14 rows, in groups, the worst first')).toBeTruthy();
  const row = screen.getAllByRole('row')[2]!;
  expect(within(row).getByText('99.58 %')).toBeTruthy();
  await waitFor(() => within(row).getByRole('img', { name: '24 h: 84 ms to 574 ms, mostly 140 ms' }), patience);
});

test('sorted by a column rows have no groups; 99.99 % is less than 100 %, and what is not known comes last', async () => {
  showServices(servicesGood(now));
  await fireEvent.click(column('Up 30 d'));
  const cells = screen.getAllByRole('row').map((row) => row.querySelectorAll('td')[5]?.textContent.trim());
  expect(cells.slice(1)).toEqual(
    [...Array.from({ length: 3 }, () => '90.4 %'), ...Array.from({ length: 3 }, () => '98.1 %')]
      .concat(Array.from({ length: 3 }, () => '99.5 %'))
      .concat(['99.99 %', '99.99 %', '99.99 %', '–', '–']),
  );
  expect(screen.queryByText('Media')).toBeNull();
});

test('the small line of a row shows its charts, which stand beneath the rows', async () => {
  Element.prototype.scrollIntoView = () => undefined;
  const { container, chosen } = showServices(servicesGood(now), { beneathRows: true });
  await fireEvent.click(await screen.findByRole('button', { name: /^Charts of ci.home.example, 24 h/ }, patience));
  expect(chosen).toEqual(['Host/ci.home.example']);
  expect(document.activeElement?.className).toContain('charts');
  const places = [...container.querySelectorAll('table, .charts')];
  expect(places[0]?.tagName).toBe('TABLE');
});

test('before anything was measured there are dashes, and rows all the same', () => {
  const scene = servicesGood(now);
  showServices({ ...scene, measured: {} });
  const row = screen.getAllByRole('row')[2]!;
  expect(within(row).getAllByText('–')).toHaveLength(4);
});

test('hostile names are text', () => {
  const { container } = show(hostile(now));
  expect(container.querySelector('img')).toBeNull();
  expect(container.textContent).toContain(hostileNames.html);
});

test('claims stand by fullness, the fullest first, and those of which nothing is known are counted', async () => {
  const { container } = show(volumeEmptied(now), 'storage');
  const said = '4 in storage; the fullest, media/photos, 88 %; of 1 it is not known how full';
  await screen.findByRole('img', { name: said }, patience);
  expect(container.textContent).toContain('Of 1 more it is not known how full they are.');
  await waitFor(
    () =>
      expect(names().map((name) => name.split(' ').at(-1))).toEqual([
        'git/gitea-data',
        'media/photos',
        'lab/scratch',
        'db/postgres-0',
        'home/zigbee2mqtt',
      ]),
    patience,
  );
});

test('what stays until somebody says so asks what is meant, and a claim is called so', () => {
  const { container } = show(volumeEmptied(now), 'storage');
  const [first] = container.querySelectorAll('article');
  const buttons = within(first!)
    .getAllByRole('button')
    .map(({ textContent }) => textContent.trim());
  expect(buttons.filter((text) => text.startsWith('It'))).toEqual(['It is restored', 'It was me']);
  expect(first!.textContent).toContain('Claim git/gitea-data');
});
