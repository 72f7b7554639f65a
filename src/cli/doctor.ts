import { accessSync, constants, existsSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Configuration, Flags } from '../config/index.ts';
import { formatFault } from '../config/index.ts';
import { countersKindOf } from '../ground-counters.ts';
import { isPortFree, requestJson } from '../network/index.ts';
import { credentialFaults } from '../policies.ts';
import { openPostgres, openRedisCounters } from '../store/index.ts';
import { COUNTERS, gatewayUrl } from './announce.ts';
import { exitCode } from './exit-code.ts';
import { load } from './load.ts';
import { print, printJson } from './output.ts';
import { masterKeyFile, secretKeyFile } from './secret-files.ts';

type Finding = { readonly what: string; readonly state: 'good' | 'warning' | 'bad'; readonly detail: string };

/** Below this the journal may soon have no room. */
const LITTLE_DISK_BYTES = 1_073_741_824;

/** Looks at everything that a start depends on, changes nothing, and says what to do about what is wrong. */
export async function doctorCommand(flags: Flags, json: boolean): Promise<void> {
  const findings = await examine(flags);
  if (json) printJson({ findings });
  else for (const { what, state, detail } of findings) print(`${MARKS[state]} ${what}: ${detail}`);
  if (findings.some(({ state }) => state === 'bad')) process.exitCode = exitCode.failed;
}

const MARKS = { good: 'ok  ', warning: 'warn', bad: 'BAD ' } as const;

async function examine(flags: Flags): Promise<readonly Finding[]> {
  const runtime: Finding = {
    what: 'node',
    state: Number(process.versions.node.split('.')[0]) >= 24 ? 'good' : 'bad',
    detail: `${process.version}; 24 or later is needed`,
  };
  const loaded = await load(flags);
  if (!loaded.ok)
    return [
      runtime,
      ...loaded.faults.map((fault): Finding => ({ what: 'configuration', state: 'bad', detail: formatFault(fault) })),
    ];
  const { configuration } = loaded;
  return [
    runtime,
    {
      what: 'configuration',
      state: 'good',
      detail: `${configuration.source.files[0] ?? 'no file'}; ${configuration.models.length} models, ${configuration.credentials.length} credentials`,
    },
    ...credentialFaults(configuration).map((detail): Finding => ({ what: 'credentials', state: 'bad', detail })),
    dataFolder(configuration),
    ...secretFiles(configuration),
    await port(configuration),
    await store(configuration),
    await counters(configuration),
  ];
}

function dataFolder({ server: { dataDir } }: Configuration): Finding {
  let folder = dataDir;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  try {
    accessSync(folder, constants.W_OK);
  } catch {
    return { what: 'data folder', state: 'bad', detail: `${folder} cannot be written; name another one with --data` };
  }
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const detail = `${dataDir}, ${(free / LITTLE_DISK_BYTES).toFixed(1)} GiB free`;
  return { what: 'data folder', state: free < LITTLE_DISK_BYTES ? 'warning' : 'good', detail };
}

function secretFiles({ server: { dataDir } }: Configuration): readonly Finding[] {
  return [masterKeyFile(dataDir), secretKeyFile(dataDir)].flatMap((file): Finding[] => {
    if (!existsSync(file)) return [];
    const open = (statSync(file).mode & 0o077) !== 0;
    return [
      {
        what: 'secret',
        state: open ? 'bad' : 'good',
        detail: open ? `${file} can be read by others: chmod 600 ${file}` : `${file} is its owner's only`,
      },
    ];
  });
}

/** A port in use is good if it is a gateway that uses it. */
async function port({ server }: Configuration): Promise<Finding> {
  const place = `${server.host}:${server.port}`;
  const free = await isPortFree(server.host, server.port);
  if (free) return { what: 'port', state: 'good', detail: `${place} is free` };
  const alive = await requestJson(new URL('/health/readiness', gatewayUrl(server)), 'GET', {}).catch(() => null);
  if (alive?.status === 200) return { what: 'port', state: 'good', detail: `a gateway answers at ${place}` };
  return { what: 'port', state: 'bad', detail: `${place} is taken by another program; choose one with --port` };
}

async function store({ store: { databaseUrl }, server }: Configuration): Promise<Finding> {
  if (databaseUrl === null) return { what: 'store', state: 'good', detail: `SQLite in ${server.dataDir}` };
  try {
    const database = await openPostgres(databaseUrl, { maxConnections: 1 });
    const [row] = await database.query('SELECT version() AS version');
    await database.close();
    return { what: 'store', state: 'good', detail: String(row?.['version']).slice(0, 40) };
  } catch (error) {
    return { what: 'store', state: 'bad', detail: `Postgres: ${error instanceof Error ? error.message : error}` };
  }
}

/** By what rates are counted. */
async function counters({ store, server }: Configuration): Promise<Finding> {
  const kind = countersKindOf(store, server.workers);
  if (store.redisUrl === null) return { what: 'counters', state: 'good', detail: COUNTERS[kind] };
  const redis = await openRedisCounters(store.redisUrl);
  try {
    return { what: 'counters', state: 'good', detail: await redis.version() };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const detail = `${words}; without it each process keeps the share of the limits that it had (REDIS_URL)`;
    return { what: 'counters', state: 'bad', detail };
  } finally {
    await redis.close();
  }
}
