import { existsSync } from 'node:fs';
import { AxeBuilder } from '@axe-core/playwright';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { type Gateway, MASTER_KEY } from '../support/gateway.ts';
import type { Scope } from '../support/scope.ts';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const BUILT = new URL('../../dashboard/dist/index.html', import.meta.url);

/** Why there is nothing to look at, or false. With REQUIRE_SERVICES=1 that is a failure instead. */
export function dashboardMissing(): string | false {
  const reason = missing();
  if (reason !== false && process.env['REQUIRE_SERVICES'] === '1') throw new Error(`REQUIRE_SERVICES=1, but ${reason}`);
  return reason;
}

function missing(): string | false {
  if (!existsSync(BUILT)) return 'the dashboard is not built (npm run build)';
  return executable() === undefined ? `there is no Chromium (${CHROMIUM.join(', ')})` : false;
}

function executable(): string | undefined {
  return CHROMIUM.find((path) => existsSync(path));
}

export async function openBrowser(test: Scope): Promise<Browser> {
  const browser = await chromium.launch({
    executablePath: executable() ?? '',
    args: ['--no-sandbox', '--no-proxy-server', '--disable-dev-shm-usage'],
  });
  test.after(() => browser.close());
  return browser;
}

export type Look = { readonly scheme?: 'light' | 'dark'; readonly width?: number; readonly height?: number };

/** A page, and everything that it complained about: errors on the console, exceptions, breaches of the policy. */
export type Watched = { readonly page: Page; readonly context: BrowserContext; readonly complaints: string[] };

/** Somebody new in front of the gateway, with a browser of their own. */
export async function openPage(browser: Browser, gateway: Gateway, look: Look = {}): Promise<Watched> {
  const { scheme = 'light', width = 1280, height = 800 } = look;
  const context = await browser.newContext({
    baseURL: gateway.url,
    colorScheme: scheme,
    viewport: { width, height },
    reducedMotion: 'reduce',
    timezoneId: 'Europe/Berlin',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isExpected = /status of 401/.test(message.text());
    if (message.type() === 'error' && !isExpected) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  return { page, context, complaints };
}

/** Signed in with the master key, at the path. */
export async function openSignedIn(
  browser: Browser,
  gateway: Gateway,
  path: string,
  look: Look = {},
): Promise<Watched> {
  const watched = await openPage(browser, gateway, look);
  await signIn(watched.page, path);
  return watched;
}

/** Through the form, as a person does, and then at the page that was asked for. */
export async function signIn(page: Page, path: string): Promise<void> {
  await page.goto(`/ui${path}`);
  await page.getByLabel('Master key').fill(MASTER_KEY);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.locator('#content').waitFor();
}

/** What axe finds on the page as it is shown, one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${help} at ${target.join(' ')}: ${failureSummary}`),
  );
}
