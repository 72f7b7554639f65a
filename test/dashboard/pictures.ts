import { mkdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { eventually, type Gateway } from '../support/gateway.ts';
import { inScope } from '../support/scope.ts';
import { openBrowser, openSignedIn } from './browser.ts';
import { openUsedGateway } from './pictures-stage.ts';

/** The pictures of README.md and docs/dashboard.md, taken anew: `npm run pictures`. */
const FOLDER = fileURLToPath(new URL('../../docs/pictures', import.meta.url));

/** A reader of the repository waits for all of them. */
const MOST_BYTES = 150_000;

type Take = {
  readonly path: string;
  readonly sign: string;
  readonly act?: (page: Page, gateway: Gateway) => Promise<void>;
};

/** What each shows: where, what stands there once it is complete, and what is done before it is taken. */
const TAKES: Readonly<Record<string, Take>> = {
  overview: { path: '/?range=30d', sign: 'llama-3.3-70b' },
  logs: { path: '/logs?range=7d', sign: 'Answered' },
  'call-sheet': {
    path: '/logs?model=llama-3.3-70b',
    sign: 'Answered',
    act: async (page, gateway) => {
      await page.goto(`/ui/logs/${await twiceTried(gateway)}?model=llama-3.3-70b`);
      await page.getByRole('dialog').getByRole('heading', { name: 'Why there' }).waitFor();
    },
  },
  keys: { path: '/keys', sign: 'web-shop' },
  models: {
    path: '/models?cols=id,provider,context,input,output',
    sign: 'Models',
    act: async (page) => void (await page.locator('tbody tr[aria-rowindex]').first().waitFor()),
  },
  // The last: what is asked in it makes a key and calls, which stand in the others then.
  playground: { path: '/playground?model=gpt-5', sign: 'Nothing said yet', act: askTwo },
};

/** A call that the first deployment refused. */
async function twiceTried(gateway: Gateway): Promise<string> {
  const { text } = await gateway.get('/reports/logs?limit=50&model=llama-3.3-70b');
  const { data } = JSON.parse(text) as { data: readonly { readonly id: string; readonly attempts: number }[] };
  const found = data.find(({ attempts }) => attempts === 2);
  if (found === undefined) throw new Error('no call was tried twice');
  return found.id;
}

async function askTwo(page: Page): Promise<void> {
  await page.getByLabel('Models, side by side').first().click();
  await page.getByRole('option', { name: 'mistral-large', exact: true }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('textbox', { name: 'Message' }).fill('Which of the last orders are late, and why?');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await eventually(async () => {
    if ((await page.getByText('Two orders are late.').count()) < 2) throw new Error('both have not answered yet');
  });
}

await inScope(async (scope) => {
  mkdirSync(FOLDER, { recursive: true });
  const gateway = await openUsedGateway(scope);
  const { page } = await openSignedIn(await openBrowser(scope), gateway, '/models', { width: 1280, height: 720 });
  for (const [name, { path, sign, act }] of Object.entries(TAKES)) {
    await page.goto(`/ui${path}`);
    await page.getByText(sign, { exact: true }).first().waitFor();
    await page.waitForLoadState('networkidle');
    await act?.(page, gateway);
    const file = `${FOLDER}/${name}.png`;
    await page.screenshot({ path: file });
    const { size } = statSync(file);
    process.stdout.write(`${name}.png ${size}\n`);
    if (size > MOST_BYTES) throw new Error(`${name}.png has ${size} bytes, more than ${MOST_BYTES}`);
  }
});
