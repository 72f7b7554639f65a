import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { accessibilityFaults } from './browser.ts';

/** Where pictures are left for people to look at; nowhere unless it is said. */
const PICTURES = process.env['TEST_PICTURES'];

/** What is open, in both themes and at the width of a phone. */
export async function lookAt(page: Page, name: string): Promise<void> {
  const looks = { light: 'light', dark: 'dark', phone: 'light' } as const;
  const before = page.viewportSize() ?? { width: 1280, height: 800 };
  for (const [look, colorScheme] of Object.entries(looks)) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(look === 'phone' ? { width: 390, height: 844 } : before);
    if (PICTURES !== undefined) {
      mkdirSync(PICTURES, { recursive: true });
      await page.screenshot({ path: `${PICTURES}/${name}-${look}.png` });
    }
    assert.deepEqual(await accessibilityFaults(page), [], look);
    assert.ok((await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth')) <= 0, look);
  }
  await page.setViewportSize(before);
}
