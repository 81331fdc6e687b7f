// Finds a Chromium for the browser tests: an installed one, else Playwright's own, else (CI as root on Debian) apt's.
import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
const fixed = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
];

function isProgram(file) {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'EACCES' || error.code === 'ENOTDIR') return false;
    throw error;
  }
}

function installed() {
  const named = process.env.CLUSTERWALL_CHROMIUM;
  if (named) return isProgram(named) ? named : undefined;
  const folders = (process.env.PATH ?? '').split(delimiter);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...onPath, ...fixed, chromium.executablePath()].find((file) => file && isProgram(file));
}

function byPlaywright() {
  spawnSync('playwright-core', ['install', 'chromium'], { stdio: ['ignore', 2, 2], timeout: 300_000 });
  return installed();
}

function byApt() {
  const allowed = process.env.CI === 'true' && process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (!allowed) return undefined;
  const packages = ['chromium', 'fonts-noto-core', 'fonts-liberation'];
  spawnSync('apt-get', ['update', '-qq'], { stdio: ['ignore', 2, 2] });
  spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { stdio: ['ignore', 2, 2] });
  return installed();
}

/** Path of a Chromium, or undefined if none can be had. In CI on Debian apt goes first: a download of Playwright's own is slow to fail. */
export function findBrowser() {
  return installed() ?? byApt() ?? byPlaywright();
}
