import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { Client } from 'pg';
import { findFreePort } from '../../src/network/index.ts';

/** A private cluster in a temporary folder, as fast and as forgetful as it can be. */
export type PostgresServer = {
  /** A new, empty database. */
  readonly createDatabase: () => Promise<string>;
  /** As if the machine had lost its power: connections break. Answers when it takes connections again. */
  readonly crash: () => Promise<void>;
  readonly stop: () => Promise<void>;
};

const DEBIAN = '/usr/lib/postgresql';

const DURABLE = ['shared_buffers=512MB', 'max_wal_size=4GB'];

/** Why a suite on Postgres is skipped, or false. With REQUIRE_SERVICES=1 that it is not there is a failure instead. */
export function postgresMissing(): string | false {
  if (binaries() !== null) return false;
  if (process.env['REQUIRE_SERVICES'] === '1') throw new Error('REQUIRE_SERVICES=1, but there is no initdb');
  return `Postgres is not installed (no initdb in PATH or under ${DEBIAN})`;
}

/** `durable`: as an operator has it, for measurements. */
export async function startPostgres({ durable = false } = {}): Promise<PostgresServer> {
  const folder = binaries();
  if (folder === null) throw new Error('Postgres is not installed');
  const owner = ownerOfCluster();
  const data = mkdtempSync(join(tmpdir(), 'waybill-postgres-'));
  if (owner !== null) chownSync(data, owner.uid, owner.gid);
  const as = { ...owner, cwd: data };
  const flags = ['-D', data, '-U', 'postgres', '-A', 'trust', '-E', 'UTF8', '--no-sync', '--no-instructions'];
  execFileSync(join(folder, 'initdb'), flags, { ...as, stdio: 'pipe' });
  const port = await findFreePort('127.0.0.1');
  const settings = [
    ...(durable ? DURABLE : ['fsync=off', 'full_page_writes=off']),
    'listen_addresses=127.0.0.1',
    `unix_socket_directories=${data}`,
  ];
  const start = async (): Promise<() => Promise<void>> => {
    const options = ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])];
    const server = spawn(join(folder, 'postgres'), options, { ...as, stdio: 'ignore' });
    const kill = (): void => void server.kill('SIGQUIT');
    process.once('exit', kill);
    const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
    await untilReady(port, () => server.exitCode !== null);
    return async () => {
      process.off('exit', kill);
      kill();
      await ended;
    };
  };
  let stop = await start();
  let databases = 0;
  return {
    createDatabase: async () => {
      const name = `contract_${++databases}`;
      await query(port, `CREATE DATABASE ${name}`);
      return address(port, name);
    },
    crash: async () => {
      await stop();
      stop = await start();
    },
    stop: async () => {
      await stop();
      rmSync(data, { recursive: true, force: true });
    },
  };
}

function binaries(): string | null {
  const versions = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((one, other) => Number(other) - Number(one)) : [];
  const folders = [
    ...versions.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env['PATH'] ?? '').split(delimiter),
  ];
  return folders.find((folder) => existsSync(join(folder, 'initdb')) && existsSync(join(folder, 'postgres'))) ?? null;
}

/** The server refuses to run as root. */
function ownerOfCluster(): { readonly uid: number; readonly gid: number } | null {
  if (process.getuid?.() !== 0) return null;
  const id = (flag: string): number => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function address(port: number, database: string): string {
  return `postgres://postgres@127.0.0.1:${port}/${database}`;
}

async function query(port: number, sql: string): Promise<void> {
  const client = new Client({ connectionString: address(port, 'postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function untilReady(port: number, hasEnded: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    if (hasEnded()) break;
    try {
      return await query(port, 'SELECT 1');
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  throw new Error('Postgres did not start');
}
