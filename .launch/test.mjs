// Everything a newcomer's machine can test: format, lint, types, architecture, then all tests but those of the real cluster.
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { findBrowser } from './browser.mjs';
import { findPrometheus } from './prometheus.mjs';

const results = '.test-results';

function run(program, args, env = {}) {
  const done = spawnSync(program, args, { stdio: 'inherit', env: { ...process.env, ...env } });
  return done.status === 0;
}

/** What could not be had, and is therefore not tested. */
function notTested({ browser, prometheus }) {
  const lines = [];
  if (!browser) {
    lines.push(
      'NOT TESTED: the page in a real browser, since no Chromium or Chrome is installed and none could be fetched.',
      'Get it: "apt-get install chromium" (Debian, Raspberry Pi OS), or set CLUSTERWALL_CHROMIUM to its path; then "npm test".',
    );
  }
  if (!prometheus) {
    lines.push(
      'NOT TESTED: /metrics read by a real Prometheus and judged by its promtool, since they are not installed.',
      'Get them: "apt-get install prometheus" (Debian), or set CLUSTERWALL_PROMETHEUS to the folder they are in; then "npm test".',
    );
  }
  return lines;
}

function closing(skipped, green) {
  const line = '!'.repeat(100);
  if (skipped.length > 0) console.error(['', line, ...skipped, line].join('\n'));
  console.error(green ? '\nnpm test: all that ran is fine' : '\nnpm test: FAILED, see above');
}

rmSync(results, { recursive: true, force: true });
mkdirSync(results, { recursive: true });
const browser = findBrowser();
const prometheus = findPrometheus();
const projects = ['unit', 'component', 'server', ...(browser ? ['browser'] : [])].flatMap((name) => [
  '--project',
  name,
]);
const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=../${results}/test.json`];
const steps = [
  () => run('npm', ['run', '--silent', 'check']),
  () => run('node', ['.launch/build.mjs']),
  () =>
    run('vitest', ['run', ...projects, ...reporters], {
      CLUSTERWALL_CHROMIUM: browser ?? '',
      CLUSTERWALL_PROMETHEUS: prometheus ?? '',
    }),
];
const green = steps.every((step) => step());
const skipped = notTested({ browser, prometheus });
closing(skipped, green);
process.exit(green && !(process.env.CI === 'true' && skipped.length > 0) ? 0 : 1);
