import { mkdir } from 'node:fs/promises';

import { chromium, type BrowserContextOptions } from 'playwright-core';

import { findingId } from '#shared/finding.ts';

/** Takes pictures of the running previews: `node shoot.ts FOLDER [WORD ...]`, only those whose names hold a word. */
const [folder = 'pictures', ...only] = process.argv.slice(2);
const ports = [
  'all-good',
  'ten-good',
  'node-lost',
  'api-refused',
  'warning',
  'demo',
  'hostile',
  'no-contact',
  'unjudged',
];
const screens: Record<string, BrowserContextOptions> = {
  wall: { viewport: { width: 1920, height: 1080 } },
  pi: { viewport: { width: 800, height: 480 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 3, isMobile: true, hasTouch: true },
  uhd: { viewport: { width: 3840, height: 2160 } },
};
const pages: Record<string, string> = {
  '': '',
  nodes: '#/areas/nodes',
  'control-plane': '#/areas/control-plane',
  finding: `#/findings/${encodeURIComponent(findingId('nodes/no-heartbeat', { kind: 'Node', name: 'nuc2' }))}`,
};

await mkdir(folder, { recursive: true });
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [screen, options] of Object.entries(screens)) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.on('console', (message) => console.log(`${screen}: ${message.text()}`));
  page.on('pageerror', (error) => console.log(`${screen}: ${error.message}`));
  for (const [i, scene] of ports.entries()) {
    for (const [name, hash] of Object.entries(pages)) {
      const picture = [screen, scene, name].filter((part) => part !== '').join('-');
      if (name !== '' && scene !== 'node-lost' && scene !== 'hostile') continue;
      if (only.length > 0 && !only.some((word) => picture.includes(word))) continue;
      await page.goto('about:blank');
      await page.goto(`http://127.0.0.1:${4100 + i}/${hash}`, { waitUntil: 'networkidle' });
      await page.waitForTimeout(scene === 'no-contact' ? 11_500 : 500);
      await page.screenshot({ path: `${folder}/${picture}.png`, fullPage: screen === 'phone' });
      const { width, height } = await page.evaluate(() => ({
        width: document.documentElement.scrollWidth - innerWidth,
        height: document.documentElement.scrollHeight - innerHeight,
      }));
      if (width > 0 || (height > 0 && screen !== 'phone' && name === ''))
        console.log(`${picture} scrolls: ${width} x ${height}`);
    }
  }
  await context.close();
}
await browser.close();
