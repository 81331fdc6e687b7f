import { mkdir } from 'node:fs/promises';

import { launchBrowser, screens } from '#test/e2e/browser.ts';
import { startSceneWall } from '#test/e2e/scene-wall.ts';
import * as certificates from '#test/web/scene-certificates.ts';
import * as storage from '#test/web/scene-storage.ts';
import * as many from '#test/web/scenes-many.ts';
import * as scenes from '#test/web/scenes.ts';

/** Takes pictures of scenes: `node shoot.ts FOLDER [PATTERN ...]`, only those whose names (`pi_node-lost_finding`) match one. */
const [folder = 'pictures', ...only] = process.argv.slice(2);
const makers = {
  'all-good': scenes.allGood,
  'ten-good': scenes.tenGood,
  'node-lost': scenes.nodeLost,
  'api-refused': scenes.apiRefused,
  warning: scenes.warning,
  demo: scenes.demo,
  hostile: scenes.hostile,
  'certificates-good': certificates.certificatesGood,
  'twelve-days-left': certificates.twelveDaysLeft,
  'own-expired': certificates.ownExpired,
  'many-certificates': certificates.manyCertificates,
  'volume-emptied': storage.volumeEmptied,
  'volume-restored': storage.volumeRestored,
  'two-warnings': many.twoWarnings,
  'many-wrong': many.manyWrong,
  starting: many.starting,
  'many-rows': (now: number) => many.manyRows(now, 5_000),
};
const wanted = (name: string) => only.length === 0 || only.some((pattern) => new RegExp(`^(?:${pattern})$`).test(name));

await mkdir(folder, { recursive: true });
const browser = await launchBrowser();
for (const [scene, make] of Object.entries(makers)) {
  const made = make(Date.now());
  const [worst] = made.board.findings;
  const pages = {
    '': '',
    nodes: '#/areas/nodes',
    'control-plane': '#/areas/control-plane',
    certificates: '#/areas/certificates',
    storage: '#/areas/storage',
    ...(worst === undefined ? {} : { finding: `#/findings/${encodeURIComponent(worst.id)}` }),
  };
  const wall = await startSceneWall(made);
  for (const [screen, options] of Object.entries(screens)) {
    for (const [page, hash] of Object.entries(pages)) {
      const name = [screen, scene, page].filter((part) => part !== '').join('_');
      if (!wanted(name)) continue;
      const context = await browser.newContext(options);
      const opened = await context.newPage();
      await opened.goto(`${wall.url}${hash}`, { waitUntil: 'networkidle' });
      await opened.screenshot({ path: `${folder}/${name}.png`, fullPage: page !== '' || screen === 'phone' });
      await context.close();
    }
  }
  await wall.close();
}
await browser.close();
