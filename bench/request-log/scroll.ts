import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, openSignedIn } from '../../test/dashboard/browser.ts';
import { startGateway } from '../../test/support/gateway.ts';
import { inScope } from '../../test/support/scope.ts';
import { callId, fillLog, openLogFile } from './fill.ts';

/** The id last, so that each row says which it is. */
const ADDRESS = '/logs?range=90d&cols=started_at,outcome,model,key,spend,duration_ms,id';
const JUMPS_ABOUT = 40;
const SETTLED_WITHIN_MS = 30_000;

/** What is drawn where rows are to be seen: the place of each in the log, by its id and as the table counts it. */
type Seen = { readonly id: string; readonly index: number };

/**
 * The Logs page over so many calls: jumps to the end of what is there, and anywhere in it, and looks whether every row
 * in view is the one that belongs there. `npm run bench:scroll [-- --rows 1000000 --jumps 60]`
 */
async function measure(rows: number, jumps: number): Promise<void> {
  const data = mkdtempSync(join(tmpdir(), 'waybill-bench-scroll-'));
  try {
    const nowMs = Date.now();
    const log = openLogFile(join(data, 'requests.db'));
    await fillLog(log, 'sqlite-log', { rows, nowMs });
    await log.close();
    process.stderr.write(`filled in ${((Date.now() - nowMs) / 1e3).toFixed(0)} s\n`);
    await inScope(async (scope) => {
      const gateway = await startGateway(scope, { data });
      const { page, complaints } = await openSignedIn(await openBrowser(scope), gateway, ADDRESS);
      const first = await timed(() => settle(page, rows, 0));
      process.stdout.write(`| first rows | 1 | ${first.toFixed(0)} | ${first.toFixed(0)} |\n`);
      await tell(`to the end of what is there`, jumps, async () => {
        const before = await loadedRows(page);
        await scrollTo(page, 1);
        await until(async () => ((await loadedRows(page)) > before ? null : `no row came after ${before}`));
        await scrollTo(page, 1);
        await settle(page, rows, before);
      });
      const loaded = await loadedRows(page);
      await tell(`anywhere in ${loaded} rows`, JUMPS_ABOUT, async (nth) => {
        await scrollTo(page, ((nth * 7_919) % 1_000) / 1_000);
        await settle(page, rows, 0);
      });
      if (complaints.length > 0) throw new Error(complaints.join('\n'));
    });
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

async function timed(what: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await what();
  return performance.now() - startedMs;
}

async function tell(name: string, times: number, jump: (nth: number) => Promise<void>): Promise<void> {
  const took: number[] = [];
  for (let nth = 0; nth < times; nth += 1) took.push(await timed(() => jump(nth)));
  took.sort((one, other) => one - other);
  const figures = [took[took.length >> 1] ?? 0, took.at(-1) ?? 0].map((ms) => ms.toFixed(0));
  process.stdout.write(`| ${[name, times, ...figures].join(' | ')} |\n`);
}

const scroller = "document.querySelector('section:has(> table)')";

const scrollTo = (page: Page, share: number): Promise<unknown> =>
  page.evaluate(`{ const it = ${scroller}; it.scrollTop = ${share} * it.scrollHeight; }`);

const loadedRows = (page: Page): Promise<number> => page.evaluate(`Math.floor((${scroller}.scrollHeight - 36) / 40)`);

/** Until the rows from `least` on are in view, without a hole between the head and the lower edge. */
const settle = (page: Page, rows: number, least: number): Promise<void> =>
  until(async () => faultIn(await page.evaluate<readonly (Seen | null)[]>(seenScript), rows, least));

/** Until there is no fault any more. */
async function until(look: () => Promise<string | null>): Promise<void> {
  const untilMs = performance.now() + SETTLED_WITHIN_MS;
  for (let fault = await look(); fault !== null; fault = await look())
    if (performance.now() > untilMs) throw new Error(fault);
}

/** One look for each 20 pixels: every row is met. null: nothing is drawn there. */
const seenScript = `(() => {
  const it = ${scroller};
  if (it === null) return [null];
  const { left, top, bottom } = it.getBoundingClientRect();
  const seen = [];
  for (let y = top + 40; y < Math.min(bottom, innerHeight) - 2; y += 20) {
    const row = document.elementFromPoint(left + 20, y)?.closest('tr[aria-rowindex]');
    seen.push(row ? { id: row.cells[row.cells.length - 1].textContent, index: Number(row.getAttribute('aria-rowindex')) - 2 } : null);
  }
  return seen;
})()`;

function faultIn(seen: readonly (Seen | null)[], rows: number, least: number): string | null {
  for (const [at, row] of seen.entries()) {
    if (row === null) return `nothing is drawn ${at * 20} pixels below the head`;
    if (row.id !== callId(rows - 1 - row.index)) return `row ${row.index} is ${row.id}`;
  }
  const last = seen.at(-1)?.index ?? 0;
  return last < least ? `row ${least} is not in view, ${last} is the last` : null;
}

function option(name: string, otherwise: number): number {
  const at = process.argv.indexOf(name);
  return at === -1 ? otherwise : Number(process.argv[at + 1]);
}

process.stdout.write('| jump | times | median, ms | slowest, ms |\n| --- | --- | --- | --- |\n');
await measure(option('--rows', 1_000_000), option('--jumps', 60));
