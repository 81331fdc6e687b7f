import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import { launchBrowser, openWatched, screens, type WatchedPage } from '#test/e2e/browser.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import { apiSources, episodesOf, findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';

const day = 86_400_000;
const refusalBar = 5_000;
const recoveryBar = 15_000;
const root = 'certificates/expired|Credential/wall';
const refused = 'control-plane/api-answers|Endpoint/api';

let plane: ControlPlane;
let wall: WallProcess;
let browser: Browser;
let watched: WatchedPage;
let kubeconfig: string;
let endedAt: number;
let healedAt: number;

const seesAll = (board: Board) =>
  tileOf(board, 'control-plane').level === 'ok' && apiSources(board).every(({ state }) => state !== 'unauthorized');
const ofWall = (board: Board, check: string) =>
  findingsOf(board, check).find(({ subject }) => subject.kind === 'Credential');

/** The owner copies a kubeconfig over the one in use, with a certificate of a year that ends then (epoch ms). */
async function useCertificateUntil(notAfter: number): Promise<void> {
  const credential = await plane.issueClientCertificate({
    commonName: 'wall',
    organizations: ['system:masters'],
    notBefore: new Date(notAfter - 365 * day),
    notAfter: new Date(notAfter),
  });
  copyFileSync(plane.kubeconfig({ credential }), kubeconfig);
}

const tile = (area: string) => watched.page.locator(`a[href="#/areas/${area}"]`).first();
const pageSays = (words: RegExp, timeout: number) =>
  expect.poll(() => watched.page.locator('main').first().innerText(), { timeout }).toMatch(words);

beforeAll(async () => {
  plane = await startControlPlane({ nodes: ['kmaster', 'nuc0', 'nuc1'] });
  kubeconfig = join(plane.directory, 'owner.yaml');
  await useCertificateUntil(Date.now() + 300 * day);
  wall = await startWall(kubeconfig);
  await wall.sees('all is fine', ({ headline }) => headline.level === 'ok', 30_000);
  browser = await launchBrowser();
  watched = await openWatched(browser, wall.url, screens.wall);
});
afterAll(async () => {
  await browser?.close();
  await wall?.stop();
  await plane?.stop();
});

describe('one morning every kubectl call answers 401', () => {
  test('weeks before, the wall warns: 12 days left, of which certificate, and what to type', async () => {
    await useCertificateUntil(Date.now() + 12 * day + 60_000);
    const warns = (board: Board) => ofWall(board, 'certificates/expiring')?.level === 'warn';
    seenAfter('12 days left', await wall.sees('a warning', warns, 20_000), 20_000);
    const board = await wall.board();
    const finding = ofWall(board, 'certificates/expiring')!;
    expect(finding.id).toBe('certificates/expiring|Credential/wall');
    expect(finding.sentence).toMatch(/12 days/);
    expect(tileOf(board, 'certificates')).toMatchObject({ level: 'warn', figure: { value: '12' } });
    expect(board.headline.finding).toBe(finding.id);
    await pageSays(/12 days/, 5_000);
    const [command] = finding.steps.flatMap((step) => step.command ?? []);
    expect(command, 'a first command').toBeDefined();
    await pageSays(inWords(command!), 5_000);
    expect(await tile('certificates').getAttribute('data-level')).toBe('warn');
  });

  test('then nobody did it, and it ends: 401 within 5 s, and the certificate is named as the cause', async () => {
    endedAt = Math.ceil(Date.now() / 1_000) * 1_000 + 25_000;
    await useCertificateUntil(endedAt);
    const inHours = (board: Board) => ofWall(board, 'certificates/expiring')?.level === 'bad';
    await wall.sees('it is bad before it is over', inHours, 20_000);
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, endedAt - Date.now())));
    const isRoot = (board: Board) =>
      ofWall(board, 'certificates/expired')?.level === 'bad' &&
      findingsOf(board, 'control-plane/api-answers')[0]?.cause === root;
    seenAfter(
      '401 and its cause',
      await wall.sees('401 because of our certificate', isRoot, refusalBar + 1_000),
      refusalBar,
    );
    const board = await wall.board();
    expect(board.headline.finding).toBe(root);
    expect(board.headline.text).toMatch(/certificate/);
    expect(board.headline.text).toMatch(/expired/);
    expect(tileOf(board, 'control-plane')).toMatchObject({ level: 'bad', figure: { value: '401' } });
    await pageSays(/certificate/, 2_000);
    expect(await tile('control-plane').getAttribute('data-level')).toBe('bad');
    expect(await tile('certificates').getAttribute('data-level')).toBe('bad');
  });

  test('a reboot makes it worse: nothing is seen any more, last figures stay, hatched; what we ask ourselves still answers', async () => {
    await plane.component('kube-apiserver').restart();
    const blind = (board: Board) => tileOf(board, 'nodes').level === 'unknown' && tileOf(board, 'nodes').figure.asOf;
    seenAfter('nodes unknown', await wall.sees('the nodes are not known', blind, 20_000), 20_000);
    await wall.sees('the cause is the certificate again', ({ headline }) => headline.finding === root, 20_000);
    const board = await wall.board();
    expect(tileOf(board, 'nodes').figure.value).toBe('3');
    expect(tileOf(board, 'nodes').unknownCount).toBeGreaterThan(0);
    const unexplained = board.findings.filter(
      ({ level, cause, id }) => level !== 'notice' && cause === null && id !== root,
    );
    expect(unexplained.map(({ id }) => id)).toEqual([]);
    await expect.poll(() => tile('nodes').getAttribute('data-level'), { timeout: 5_000 }).toBe('unknown');
    expect(await tile('nodes').innerText()).toMatch(/3\s*of 3 ready/);
    // The API server and three kubelets, or the kubelets alone.
    await pageSays(/(\d+) of \1 TLS servers still answer/, 5_000);
    const [command] = board.findings.find(({ id }) => id === root)!.steps.flatMap((step) => step.command ?? []);
    expect(command, 'a first command').toBeDefined();
    await pageSays(inWords(command!), 5_000);
  });

  test('a new kubeconfig in its place: all is seen again within 15 s, by the same process and the same page', async () => {
    await watched.page.evaluate(() => Object.assign(window, { neverReloaded: true }));
    await useCertificateUntil(Date.now() + 365 * day);
    healedAt = Date.now();
    seenAfter('seen again', await wall.sees('the wall sees again', seesAll, recoveryBar), recoveryBar);
    await wall.sees('all is fine', ({ headline }) => headline.level === 'ok', 60_000);
    await expect.poll(() => tile('control-plane').getAttribute('data-level'), { timeout: 5_000 }).toBe('ok');
    await expect.poll(() => tile('certificates').getAttribute('data-level'), { timeout: 5_000 }).toBe('ok');
    expect(await watched.page.evaluate(() => 'neverReloaded' in window)).toBe(true);
    expect(watched.complaints).toEqual([]);
  });

  test.for([root, refused])('the history knows of %s when it began and when it was over', async (id) => {
    const episodes = await episodesOf(wall, id);
    expect(episodes).toHaveLength(1);
    const [{ since, endedAt: over, level }] = episodes as [(typeof episodes)[number]];
    expect(level).toBe('bad');
    expect(Math.abs(since - endedAt)).toBeLessThan(refusalBar);
    expect(over).toBeGreaterThanOrEqual(healedAt);
    expect(over).toBeLessThan(healedAt + recoveryBar);
  });
});

/** Whatever white space the page breaks a command at. */
function inWords(text: string): RegExp {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(escaped.replace(/\s+/g, '\\s+'));
}
