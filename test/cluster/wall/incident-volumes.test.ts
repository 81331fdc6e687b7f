import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Board } from '#shared/board.ts';
import type { MomentsAnswer } from '#shared/history.ts';
import { launchBrowser, openWatched, screens, type WatchedPage } from '#test/e2e/browser.ts';
import { forgetAll, install, tell } from '../backup-systems.ts';
import { lacks, REAL_NODE } from '../capabilities.ts';
import { applyClaims, mounting } from '../claims.ts';
import { startControlPlane, type ControlPlane } from '../control-plane.ts';
import * as longhorn from '../longhorn-objects.ts';
import { startRealNode, type RealNode } from '../real-node/real-node.ts';
import { until } from '../until.ts';
import { createVolumePlace, type VolumePlace } from '../volume-place.ts';
import { episodesOf, findingsOf, seenAfter, startWall, tileOf, type WallProcess } from '../wall-process.ts';
import { deployment, namespace, podsOf } from '../workload.ts';

const second = 1_000;
const hour = 3_600_000;
/** From the reboot on: a kubelet may take two minutes to tell new figures; this one measures each second, and is asked every 30. */
const redBar = 120 * second;
const home = 'home';
const gitea = { namespace: home, name: 'gitea-data', volume: 'pvc-gitea' };
const grafana = { namespace: home, name: 'grafana-data', volume: 'pvc-grafana' };
const lost = ({ name }: { name: string }) => `storage/volume-emptied|PersistentVolumeClaim/${home}/${name}`;
const shrank = `backups/shrank|PersistentVolumeClaim/${home}/gitea-data`;
const keptOnce = 'backups/retention-of-one|RecurringJob/longhorn-system/nightly';

let plane: ControlPlane;
let node: RealNode;
let wall: WallProcess;
let browser: Browser;
let watched: WatchedPage;
let repositories: VolumePlace;
let dashboards: VolumePlace;
/** Of the one in the headline: which of the two is measured first is chance. */
let first: { claim: longhorn.ClaimOfVolume; sentence: string };

const level = (board: Board, id: string) => board.findings.find((finding) => finding.id === id)?.level;
const bothRed = (board: Board) => [gitea, grafana].every((claim) => level(board, lost(claim)) === 'bad');
const headline = () => watched.page.locator('header.headline h1').innerText();
const tile = (area: string) => watched.page.locator(`a[href="#/areas/${area}"]`).first().getAttribute('data-level');
const backup = (name: string, claim: longhorn.ClaimOfVolume, at: number, bytes: number) =>
  longhorn.longhornBackup({ claim, name, at, bytes, job: 'nightly' });
const lastNight = [
  backup('backup-gitea', gitea, Date.now() - 10 * hour, 1_900_000_000),
  backup('backup-grafana', grafana, Date.now() - 10 * hour, 20_000_000),
];

async function moments(): Promise<string[]> {
  const answer = await fetch(`${wall.url}/api/moments?from=0&to=${Date.now() + second}`);
  return ((await answer.json()) as MomentsAnswer).moments.map(({ kind, text }) => `${kind}: ${text}`);
}

const noNode = lacks('the incident of the emptied volumes', [...REAL_NODE, 'mounts', 'chromium']);

describe.skipIf(noNode)('volumes that are silently emptied, and a backup that is overwritten', () => {
  beforeAll(async () => {
    plane = await startControlPlane({ withKwok: false });
    node = await startRealNode(plane, { name: 'nuc0', configuration: { volumeStatsAggPeriod: '1s' } });
    repositories = createVolumePlace({ type: 'tmpfs', megabytes: 300 });
    dashboards = createVolumePlace({ type: 'tmpfs', megabytes: 100, inodes: 10_000 });
    repositories.write('repositories', 190_000_000);
    dashboards.addFiles('dashboards', 800);
    await install(plane, 'longhorn');
    await plane.apply([home, 'longhorn-system'].map(namespace));
    await applyClaims(plane, [
      { ...gitea, on: { place: repositories, node: node.name } },
      { ...grafana, on: { place: dashboards, node: node.name } },
    ]);
    await plane.apply([
      deployment({ namespace: home, name: 'gitea', node: node.name, ...mounting(node.image, gitea.name) }),
      deployment({ namespace: home, name: 'grafana', node: node.name, ...mounting(node.image, grafana.name) }),
    ]);
    await tell(plane, longhorn.longhornTarget('nfs://nas.example:/backups'), longhorn.longhornJob('nightly', 1));
    for (const claim of [gitea, grafana]) await tell(plane, longhorn.longhornVolume(claim, node.name, ['nightly']));
    await tell(plane, ...lastNight);
    const run = async () => (await podsOf(plane, home)).every(({ status }) => status.phase === 'Running');
    await until('all pods run', run);
    wall = await startWall(plane.kubeconfig());
    browser = await launchBrowser();
    watched = await openWatched(browser, wall.url, screens.wall);
  });
  afterAll(async () => {
    await browser?.close();
    await wall?.stop();
    await node?.stop();
    for (const place of [repositories, dashboards]) place?.remove();
    await plane?.stop();
  });

  test('before: all volumes are well, and the wall warns that one backup alone is kept', async () => {
    const standing = (board: Board) =>
      tileOf(board, 'storage').level === 'ok' &&
      level(board, keptOnce) === 'warn' &&
      board.headline.finding === keptOnce;
    await wall.sees('one warning alone', standing, 60 * second);
    await expect.poll(() => tile('storage'), { timeout: 5 * second }).toBe('ok');
    await expect.poll(headline, { timeout: 5 * second }).toMatch(/^nightly keeps only 1 backup/);
  });

  test('at once: the node reboots, its volumes come back blank; red within 2 min, and after what', async () => {
    await node.reboot(() => {
      repositories.empty();
      dashboards.empty();
      // What an application makes of a volume that it takes for new.
      repositories.write('gitea.db', 4_000_000);
      dashboards.addFiles('dashboards', 3);
    });
    seenAfter('both are red', await wall.sees('both volumes lost their data', bothRed, redBar), redBar);
    const board = await wall.board();
    expect(tileOf(board, 'nodes').level, 'the node itself is fine').not.toBe('bad');
    const bytes = board.findings.find(({ id }) => id === lost(gitea))!.sentence;
    expect(bytes).toMatch(/^gitea-data lost its data: 190 MB to 4(\.0)? MB at \d\d:\d\d, after nuc0 rebooted$/);
    const files = board.findings.find(({ id }) => id === lost(grafana))!.sentence;
    expect(files).toMatch(/^grafana-data lost its data: 80\d files to \d+ at \d\d:\d\d, after nuc0 rebooted$/);
    const claim = [gitea, grafana].find((each) => lost(each) === board.headline.finding);
    first = { claim: claim!, sentence: claim === gitea ? bytes : files };
    expect(claim, board.headline.text).toBeDefined();
    await expect.poll(headline, { timeout: 5 * second }).toContain(first.sentence);
    await expect.poll(() => tile('storage'), { timeout: 5 * second }).toBe('bad');
  });

  test('it stays red when the wall is killed and comes back, on the same page', async () => {
    await watched.page.evaluate(() => Object.assign(window, { neverReloaded: true }));
    const [before] = findingsOf(await wall.board(), 'storage/volume-emptied');
    await wall.restart('SIGKILL');
    await wall.sees('both are red', bothRed, 15 * second);
    const after = (await wall.board()).findings.find(({ id }) => id === before!.id);
    expect(after).toMatchObject({ episode: before!.episode, since: before!.since });
    await expect.poll(headline, { timeout: 15 * second }).toContain(first.sentence);
    expect(await watched.page.evaluate(() => 'neverReloaded' in window)).toBe(true);
  });

  test('first of all the backup is to be stopped, with a command that does it', async () => {
    const stop = 'Stop the recurring backup of this volume before it runs again';
    const steps = (board: Board) => board.findings.find(({ id }) => id === lost(first.claim))?.steps ?? [];
    // A wall that has only just started has not seen all that makes backups yet.
    await wall.sees('the backup is to be stopped first', (board) => steps(board)[0]?.say === stop, 5 * second);
    const [step] = steps(await wall.board());
    const words = step!.command!.split(' ');
    const page = async () => (await watched.page.locator('main').first().innerText()).replaceAll(/\s+/g, ' ');
    await expect.poll(page, { timeout: 5 * second }).toContain(words.join(' '));
    // As pasted, against the real API, of which Longhorn reads it.
    await plane.kubectl(words.slice(1));
    const volume = `/apis/longhorn.io/v1beta2/namespaces/longhorn-system/volumes/${first.claim.volume}`;
    const { metadata } = await plane.request<{ metadata: { labels: Record<string, string> } }>('GET', volume);
    expect(metadata.labels['recurring-job.longhorn.io/nightly']).toBeUndefined();
  });

  test('whoever does not: at midnight the blank volume is backed up, and the only good copy goes; both sizes are told', async () => {
    const blank = backup('backup-blank', gitea, Date.now(), 32_000_000);
    await tell(plane, blank);
    await forgetAll(plane, lastNight[0]!);
    const isTold = (board: Board) => level(board, shrank) === 'bad';
    seenAfter('the backup shrank', await wall.sees('the backup shrank', isTold, 10 * second), 10 * second);
    const told = (await wall.board()).findings.find(({ id }) => id === shrank)!;
    expect(told.sentence).toMatch(/^the backup of gitea-data shrank: 1\.9 GB to 32 MB at /);
    await expect.poll(() => tile('backups'), { timeout: 5 * second }).toBe('bad');
    await watched.page.goto(`${wall.url}/#/areas/backups`);
    const page = () => watched.page.locator('main').first().innerText();
    await expect.poll(page, { timeout: 10 * second }).toMatch(/the backup of gitea-data shrank: 1\.9 GB to 32 MB/i);
    await watched.page.goto(`${wall.url}/#/`);
  });

  test('after: a click says that it is restored, and it is over', async () => {
    const open = async () =>
      (await wall.board()).findings.filter(({ id }) => [lost(gitea), lost(grafana), shrank].includes(id)).length;
    for (let left = await open(); left > 0; left = await open()) {
      await watched.page.goto(`${wall.url}/#/`);
      await watched.page
        .getByRole('button', { name: 'It is restored' })
        .first()
        .click({ timeout: 10 * second });
      await until('one less is open', async () => (await open()) < left, { withinMs: 10 * second });
    }
    await expect.poll(() => tile('storage'), { timeout: 10 * second }).toBe('ok');
    await expect.poll(headline, { timeout: 5 * second }).not.toMatch(/lost its data|shrank/);
    // The kubelet goes on telling how little there is, and nobody is told again.
    await wall.keeps('it is over', (board) => findingsOf(board, 'storage/volume-emptied').length === 0, 5 * second);
  });

  test('all of it stands in the timeline, and in the history', async () => {
    const all = await moments();
    const at = (what: RegExp) => all.findIndex((moment) => what.test(moment));
    const rebooted = at(/^reboot: nuc0 rebooted/);
    const began = at(/^incident-begin: gitea-data lost its data/);
    const said = at(/^acknowledged: gitea-data lost its data.* · it is restored$/);
    const over = at(/^incident-end: over: gitea-data lost its data/);
    const shrunk = at(/^acknowledged: the backup of gitea-data shrank.* · it is restored$/);
    expect(
      [rebooted, began, said, over, shrunk].every((index) => index >= 0),
      all.join('\n'),
    ).toBe(true);
    expect(rebooted).toBeLessThan(began);
    expect(began).toBeLessThan(said);
    const [episode, ...others] = await episodesOf(wall, lost(gitea));
    expect(others).toEqual([]);
    expect(episode).toMatchObject({ level: 'bad', cause: null });
    expect(episode!.endedAt).toBeGreaterThan(episode!.since);
    // What shrank is explained by what was lost: one incident, and not two.
    expect((await episodesOf(wall, shrank)).map(({ cause }) => cause)).toEqual([lost(gitea)]);
    // While the wall was off.
    expect(watched.complaints.filter((line) => !line.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
  });
});
