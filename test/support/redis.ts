import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findFreePort } from '../../src/network/index.ts';
import { openRedisCounters } from '../../src/store/index.ts';

/** A server of its own that keeps nothing. */
export type RedisServer = {
  readonly url: string;
  /** It is gone, at once. */
  readonly kill: () => Promise<void>;
  /** It is there again, empty, at the same address. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const PROGRAMS = ['redis-server', 'valkey-server'];

/** Why a suite on Redis is skipped, or false. With REQUIRE_SERVICES=1 that it is not there is a failure instead. */
export function redisMissing(): string | false {
  if (program() !== null) return false;
  if (process.env['REQUIRE_SERVICES'] === '1') throw new Error('REQUIRE_SERVICES=1, but there is no redis-server');
  return 'Redis is not installed (no redis-server in PATH)';
}

export async function startRedis(): Promise<RedisServer> {
  const file = program();
  if (file === null) throw new Error('Redis is not installed');
  const folder = mkdtempSync(join(tmpdir(), 'waybill-redis-'));
  const port = await findFreePort('127.0.0.1');
  const url = `redis://127.0.0.1:${port}`;
  const start = async (): Promise<() => Promise<void>> => {
    const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', folder];
    const server = spawn(file, flags, { stdio: 'ignore' });
    const kill = (): void => void server.kill('SIGKILL');
    process.once('exit', kill);
    const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
    await untilReady(url, () => server.exitCode !== null);
    return async () => {
      process.off('exit', kill);
      kill();
      await ended;
    };
  };
  let kill = await start();
  return {
    url,
    kill: () => kill(),
    restart: async () => {
      kill = await start();
    },
    stop: async () => {
      await kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function program(): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const files = folders.flatMap((folder) => PROGRAMS.map((name) => join(folder, name)));
  return files.find((file) => existsSync(file)) ?? null;
}

async function untilReady(url: string, hasEnded: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !hasEnded(); tries++) {
    const counters = await openRedisCounters(url);
    try {
      await counters.version();
      return;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 25));
    } finally {
      await counters.close();
    }
  }
  throw new Error('Redis did not start');
}
