// Everything a newcomer's machine can test: format, lint, types, architecture, then all tests but those of the real cluster.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { findBrowser } from './browser.mjs';

const results = '.test-results';

function run(program, args, env = {}) {
  const done = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  return done.status === 0;
}

function closing(skipped, green) {
  if (skipped) {
    const line = '!'.repeat(100);
    console.error(
      `\n${line}\nNOT TESTED: the page in a real browser, since no Chromium or Chrome is installed and none could be fetched.`,
    );
    console.error(
      `Get it: "apt-get install chromium" (Debian, Raspberry Pi OS), or set CLUSTERWALL_CHROMIUM to its path; then "npm test".\n${line}`,
    );
  }
  console.error(green ? '\nnpm test: all that ran is fine' : '\nnpm test: FAILED, see above');
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const browser = findBrowser();
const projects = ['unit', 'component', 'server', ...(browser ? ['browser'] : [])].flatMap((name) => [
  '--project',
  name,
]);
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=../${results}/test.json`];
const steps = [
  () => run('npm', ['run', '--silent', 'check']),
  () => run('node', ['.launch/build.mjs']),
  () => run('vitest', ['run', ...projects, ...reporters], { CLUSTERWALL_CHROMIUM: browser ?? '' }),
];
const green = steps.every((step) => step());
closing(!browser, green);
process.exit(green && !(process.env.CI === 'true' && !browser) ? 0 : 1);
