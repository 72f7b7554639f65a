import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { dashboardMissing, openBrowser, openPage, openSignedIn, signIn } from '../test/dashboard/browser.ts';
import { type Gateway, startGateway } from '../test/support/gateway.ts';
import { inScope, type Scope } from '../test/support/scope.ts';
import { startChild, stopAllChildren } from './children.ts';
import { type Generator, startGenerator } from './load/generator.ts';
import { readStalls } from './loop-watch.ts';
import type { Endpoint } from './payload.ts';
import { cpuMicroseconds } from './process-tree.ts';
import { openTestStand, type TestStand } from './test-stand.ts';
import { startUpstreams } from './upstream/index.ts';

/**
 * What the first page costs a browser, and what dashboards that are left open cost the calls that go by.
 * `npm run bench:dashboard [-- --dashboards 10 --rps 200 --seconds 20 --rounds 3]`
 */
const asked = (name: string, otherwise: number): number => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? otherwise : Number(process.argv[at + 1]);
};
const DASHBOARDS = asked('dashboards', 10);
const RPS = asked('rps', 200);
const WINDOW_MS = asked('seconds', 20) * 1_000;
const ROUNDS = asked('rounds', 3);

/** The two that ask again by themselves, half of the dashboards on each. */
const LIVE_PAGES = ['/overview?live=1', '/logs?live=1'];

/** A process whose loop is watched, and where it writes what was seen. */
type Watched = { readonly pid: number; readonly file: string };
type Load = {
  readonly gateway: Gateway;
  readonly generator: Generator;
  readonly key: string;
  readonly watched: Watched;
  /** On the same core, doing nothing. */
  readonly idle: Watched;
};
type Window = {
  readonly cpuUs: number;
  readonly p99Us: number;
  readonly stallMs: number;
  readonly ownStallMs: number;
  readonly ownOver5Ms: number;
  readonly idleStallMs: number;
  readonly idleOwnStallMs: number;
};

async function main(scope: Scope): Promise<void> {
  const missing = dashboardMissing();
  if (missing !== false) throw new Error(missing);
  const stand = openTestStand();
  scope.after(stopAllChildren);
  const load = await startLoad(scope, stand);
  const browser = await openBrowser(scope);
  await warmUp(load);

  const { page } = await openSignedIn(browser, load.gateway, '/overview');
  say('first page', await firstLoad(page));
  await page.context().close();

  const pages: Page[] = [];
  for (let nth = 0; nth < DASHBOARDS; nth += 1) {
    const watched = await openPage(browser, load.gateway);
    await signIn(watched.page, '/overview');
    pages.push(watched.page);
  }
  const [without, with_]: [Window[], Window[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const page of pages) await page.goto('about:blank');
    without.push(await oneWindow(load));
    for (const [nth, page] of pages.entries()) await page.goto(`/ui${LIVE_PAGES[nth % LIVE_PAGES.length]}`);
    // Opening is not what is measured, but being open.
    await sleep(3_000);
    with_.push(await oneWindow(load));
  }
  say(`${RPS} calls a second, no dashboard`, median(without));
  say(`${RPS} calls a second, ${DASHBOARDS} dashboards live`, median(with_));
}

async function startLoad(scope: Scope, stand: TestStand): Promise<Load> {
  const { plainPort } = await startUpstreams(stand);
  const config = `version: 1
credentials:
  mock: { provider: openai-compatible, base_url: "http://127.0.0.1:${plainPort}/v1", api_key: sk-mock }
models:
  bench: { deployments: [ { use: mock/gpt-4o-mini, price: { input: 0.15, output: 0.60 } } ] }
`;
  const file = join(stand.folder, 'loop.json');
  const gateway = await startGateway(scope, { config, env: { ...watching(file), MALLOC_ARENA_MAX: '2' } });
  const { pid = 0 } = gateway.child;
  if (stand.cores.target !== null) pin(pid, stand.cores.target);
  const key = await gateway.createKey({ max_budget: 100_000, rpm_limit: 100_000_000 });
  return { gateway, generator: startGenerator(stand), key, watched: { pid, file }, idle: startIdle(stand) };
}

function watching(file: string) {
  const preload = new URL('./loop-watch.ts', import.meta.url).href;
  return { NODE_OPTIONS: `--import=${preload} --max-semi-space-size=8`, LOOP_WATCH_FILE: file };
}

function startIdle(stand: TestStand): Watched {
  const file = join(stand.folder, 'idle-loop.json');
  const { pid } = startChild(stand, {
    name: 'idle-loop',
    core: stand.cores.target,
    command: [process.execPath, new URL('./idle-loop.ts', import.meta.url).pathname],
    environment: watching(file),
  });
  return { pid, file };
}

function pin(pid: number, core: number): void {
  execFileSync('taskset', ['-a', '-p', '-c', String(core), String(pid)], { stdio: 'ignore' });
}

function endpointOf({ gateway, key }: Load): Endpoint {
  const headers = { authorization: `Bearer ${key}` };
  return { port: gateway.port, path: '/v1/chat/completions', headers, model: 'bench' };
}

/** As fast as it goes: what is measured then is code that the machine has compiled. */
async function warmUp(load: Load): Promise<void> {
  await load.generator.run({
    kind: 'closed-loop',
    endpoint: endpointOf(load),
    connections: 16,
    warmMs: 0,
    windowMs: 8_000,
    pid: null,
  });
}

async function oneWindow(load: Load): Promise<Window> {
  const { gateway, generator, watched, idle } = load;
  const { pid = 0 } = gateway.child;
  const both = [watched, idle];
  for (const each of both) process.kill(each.pid, 'SIGUSR2');
  const before = cpuMicroseconds(pid);
  const { answers, p99Us, errors } = await generator.run({
    kind: 'open-loop',
    endpoint: endpointOf(load),
    rps: RPS,
    shape: null,
    warmMs: 0,
    windowMs: WINDOW_MS,
    pid,
  });
  if (errors.length > 0) throw new Error(errors.join('\n'));
  const cpuUs = (cpuMicroseconds(pid) - before) / answers;
  for (const each of both) process.kill(each.pid, 'SIGUSR2');
  await sleep(200);
  const { longestMs, longestOwnMs, ownOver5Ms } = readStalls(watched.file);
  const still = readStalls(idle.file);
  return {
    cpuUs,
    p99Us,
    stallMs: longestMs,
    ownStallMs: longestOwnMs,
    ownOver5Ms,
    idleStallMs: still.longestMs,
    idleOwnStallMs: still.longestOwnMs,
  };
}

function median(windows: readonly Window[]) {
  const middle = (figure: (window: Window) => number): number =>
    windows.map(figure).toSorted((one, other) => one - other)[Math.floor(windows.length / 2)] ?? 0;
  return {
    'CPU of a call, us': middle(({ cpuUs }) => cpuUs).toFixed(0),
    'p99, ms': (middle(({ p99Us }) => p99Us) / 1e3).toFixed(1),
    'longest stall, ms': middle(({ stallMs }) => stallMs).toFixed(1),
    'of its own': middle(({ ownStallMs }) => ownStallMs).toFixed(1),
    'own over 5 ms, in all windows': String(windows.reduce((sum, { ownOver5Ms }) => sum + ownOver5Ms, 0)),
    'an idle loop beside it, ms': middle(({ idleStallMs }) => idleStallMs).toFixed(1),
    'of its own, ms': middle(({ idleOwnStallMs }) => idleOwnStallMs).toFixed(1),
  };
}

/** With nothing in the cache of the browser: what came over the wire, and how it felt. */
async function firstLoad(page: Page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Network.enable');
  await session.send('Network.setCacheDisabled', { cacheDisabled: true });
  await page.addInitScript(OBSERVE);
  const startedMs = performance.now();
  await page.goto('/ui/overview');
  await page.locator('#content h1').waitFor();
  const shownMs = performance.now() - startedMs;
  await page.waitForLoadState('networkidle');
  const seen = await page.evaluate<Seen>(COLLECT);
  return {
    'script, kB compressed': (seen.scriptBytes / 1e3).toFixed(0),
    'shown after, ms': shownMs.toFixed(0),
    'longest task, ms': seen.longestTaskMs.toFixed(0),
    'layout shift': seen.layoutShift.toFixed(3),
  };
}

type Seen = { readonly scriptBytes: number; readonly longestTaskMs: number; readonly layoutShift: number };

/** Run in the page, therefore text. */
const OBSERVE = `
  globalThis.seen = { longestTaskMs: 0, layoutShift: 0 };
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.longestTaskMs = Math.max(seen.longestTaskMs, duration);
  }).observe({ type: 'longtask', buffered: true });
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput } of list.getEntries()) if (!hadRecentInput) seen.layoutShift += value;
  }).observe({ type: 'layout-shift', buffered: true });
`;
const COLLECT = `({
  ...seen,
  scriptBytes: performance.getEntriesByType('resource')
    .filter(({ name }) => name.endsWith('.js'))
    .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
})`;

function say(title: string, figures: Readonly<Record<string, string>>): void {
  const shown = Object.entries(figures).map(([name, figure]) => `${name}: ${figure}`);
  process.stdout.write(`${title}: ${shown.join('; ')}\n`);
}

await inScope(main);
