import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Scope } from './scope.ts';

export const MASTER_KEY = 'sk-test-master-0123456789abcdef';
const MAIN = fileURLToPath(new URL('../../src/main.js', import.meta.url));
const READY_WITHIN_MS = 30_000;

export type GatewayOptions = {
  /** The configuration, YAML or JSON text. */
  readonly config?: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A data folder that is already there; else a new one, removed at the end. */
  readonly data?: string;
};

/** How a process that ended did so. */
export type Ended = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

export type Answer = { readonly status: number; readonly headers: Headers; readonly text: string };

/** The program as a user starts it, in a process of its own. */
export type Gateway = {
  readonly url: string;
  readonly port: number;
  readonly data: string;
  readonly configFile: string | null;
  readonly child: ChildProcess;
  readonly readyLine: string;
  readonly output: () => string;
  readonly errors: () => string;
  readonly ended: Promise<Ended>;
  readonly stop: (signal?: NodeJS.Signals) => Promise<Ended>;
  /** With the master key unless told otherwise; an object is sent as JSON. */
  readonly get: (path: string, key?: string) => Promise<Answer>;
  readonly post: (
    path: string,
    body: unknown,
    key?: string,
    headers?: Readonly<Record<string, string>>,
  ) => Promise<Answer>;
  readonly createKey: (fields?: Readonly<Record<string, unknown>>) => Promise<string>;
};

type Started = Pick<Gateway, 'child' | 'output' | 'errors' | 'ended' | 'data' | 'configFile'>;

/** A new folder under the temporary one, removed when the test ends. */
export function temporaryFolder(test: Scope): string {
  const folder = mkdtempSync(join(tmpdir(), 'waybill-test-'));
  test.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }));
  return folder;
}

/** A command of the program, under way. */
export const startCommand: (test: Scope, options: GatewayOptions) => Started = launch;

/** Runs a command of the program to its end. */
export async function runCommand(
  test: Scope,
  options: GatewayOptions,
): Promise<Ended & { readonly output: string; readonly errors: string }> {
  const started = launch(test, options);
  const ended = await started.ended;
  return { ...ended, output: started.output(), errors: started.errors() };
}

export async function startGateway(test: Scope, options: GatewayOptions = {}): Promise<Gateway> {
  const started = launch(test, { ...options, args: ['serve', '--port', '0', ...(options.args ?? [])] });
  const readyLine = await untilReady(started);
  const url = /listening on (http:\/\/\S+)/.exec(readyLine)?.[1] ?? '';
  const masterKey = options.env?.['WAYBILL_MASTER_KEY'] ?? MASTER_KEY;
  const send = async (path: string, key: string, init: RequestInit): Promise<Answer> => {
    const headers = new Headers(init.headers);
    if (key !== '' && !headers.has('authorization')) headers.set('authorization', `Bearer ${key}`);
    const response = await fetch(url + path, { ...init, headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const gateway: Gateway = {
    ...started,
    url,
    port: Number(new URL(url).port),
    readyLine,
    stop: async (signal = 'SIGTERM') => {
      started.child.kill(signal);
      return started.ended;
    },
    get: (path, key = masterKey) => send(path, key, {}),
    post: (path, body, key = masterKey, headers = {}) =>
      send(path, key, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    createKey: async (fields = {}) => {
      const made = await gateway.post('/key/generate', fields);
      if (made.status !== 200) throw new Error(`/key/generate: ${made.status} ${made.text}`);
      return (JSON.parse(made.text) as { key: string }).key;
    },
  };
  return gateway;
}

function launch(test: Scope, { config, args = [], env = {}, data }: GatewayOptions): Started {
  const folder = data ?? temporaryFolder(test);
  let configFile: string | null = null;
  if (config !== undefined) {
    configFile = join(temporaryFolder(test), 'waybill.yaml');
    writeFileSync(configFile, config);
  }
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: folder,
      TZ: process.env['TZ'] ?? 'UTC',
      WAYBILL_DATA: folder,
      WAYBILL_MASTER_KEY: MASTER_KEY,
      ...(configFile === null ? {} : { WAYBILL_CONFIG: configFile }),
      ...env,
    },
  });
  const written = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    written.output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    written.errors += text;
  });
  const ended = new Promise<Ended>((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  test.after(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, data: folder, configFile, output: () => written.output, errors: () => written.errors, ended };
}

async function untilReady({ child, output, errors, ended }: Started): Promise<string> {
  const deadline = Date.now() + READY_WITHIN_MS;
  let over: Ended | null = null;
  void ended.then((how) => {
    over = how;
  });
  for (;;) {
    const line = output()
      .split('\n')
      .slice(0, -1)
      .find((each) => each.includes('listening on '));
    if (line !== undefined) return line;
    if (over !== null || Date.now() > deadline) {
      child.kill('SIGKILL');
      throw new Error(`the gateway did not come up (${JSON.stringify(over)}):\n${errors()}${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** Asks again and again until `check` does not throw; its last error when it still does after `withinMs`. */
export async function eventually<T>(check: () => T | Promise<T>, withinMs = 5_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    try {
      return await check();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}
