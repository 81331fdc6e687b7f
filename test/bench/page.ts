import { chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../.launch/browser.mjs';

/** A page of the wall in a real browser. */
export interface OpenPage {
  page: Page;
  close(): Promise<void>;
}

/** Opens the wall at 1920x1080. Throws if no Chromium can be had. */
export async function openPage(url: string): Promise<OpenPage> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('no Chromium or Chrome is installed: the page cannot be measured');
  const browser = await chromium.launch({ executablePath, args: ['--disable-dev-shm-usage', '--disable-gpu'] });
  const page = await browser.newPage({ viewport: { width: 1920, height: 1080 } });
  await page.goto(url);
  return { page, close: () => browser.close() };
}
