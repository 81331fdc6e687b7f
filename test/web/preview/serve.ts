import type { Scene } from '#test/web/fixtures.ts';
import { startSceneWall, type SceneOptions } from '#test/e2e/scene-wall.ts';
import * as scenes from '#test/web/scenes.ts';
import * as certificates from '#test/web/scene-certificates.ts';
import * as many from '#test/web/scenes-many.ts';

/** A wall for each scene, to look at the page: from port 4100 on, in this order. Needs the built page. */
const previews: Record<string, { make: (now: number) => Scene; options?: SceneOptions }> = {
  'all-good': { make: scenes.allGood },
  'ten-good': { make: scenes.tenGood },
  'node-lost': { make: scenes.nodeLost },
  'api-refused': { make: scenes.apiRefused },
  warning: { make: scenes.warning },
  'two-warnings': { make: many.twoWarnings },
  'many-wrong': { make: many.manyWrong },
  'many-rows': { make: (now) => many.manyRows(now, 20_000) },
  'certificates-good': { make: certificates.certificatesGood },
  'twelve-days-left': { make: certificates.twelveDaysLeft },
  'own-expired': { make: certificates.ownExpired },
  'many-certificates': { make: certificates.manyCertificates },
  starting: { make: many.starting },
  demo: { make: scenes.demo },
  hostile: { make: scenes.hostile },
  unjudged: { make: scenes.tenGood, options: { judgedAt: () => Date.now() - 60_000 } },
};
const firstPort = 4100;

for (const [i, [name, { make, options }]] of Object.entries(previews).entries()) {
  const { url } = await startSceneWall(make(Date.now()), { ...options, port: firstPort + i });
  console.log(`${name.padEnd(12)} ${url}`);
}
