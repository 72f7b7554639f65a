import { homedir } from 'node:os';
import { join } from 'node:path';
import type { ServerConfiguration } from '../configuration.ts';
import type { Flags } from '../flags.ts';
import { quantity } from '../reading/quantity.ts';
import type { Reading } from '../reading/reading.ts';

const DEFAULTS = {
  host: '127.0.0.1',
  port: 4000,
  workers: 1,
  maxBodyBytes: 32 * 1024 * 1024,
  drainTimeoutMs: 30_000,
  journal: 'local',
  suspenseMs: 15 * 60_000,
} as const;

export const JOURNALS = ['local', 'local-sync', 'db'] as const;

/** Flag, then WAYBILL_…, then PORT, then the file, then the default. */
export function serverSettings(
  file: Partial<ServerConfiguration>,
  flags: Flags,
  reading: Reading,
): ServerConfiguration {
  const port = first(reading, ['--port', flags.port], ['WAYBILL_PORT'], ['PORT']);
  const workers = first(reading, ['--workers', flags.workers], ['WAYBILL_WORKERS']);
  const host = first(reading, ['--host', flags.host], ['WAYBILL_HOST']);
  const journal = first(reading, ['--journal', flags.journal], ['WAYBILL_JOURNAL']);
  const data = first(reading, ['--data', flags.data], ['WAYBILL_DATA']);
  return {
    ...DEFAULTS,
    ...file,
    host: host?.value ?? file.host ?? DEFAULTS.host,
    port: whole(port, 0, 65_535, reading) ?? file.port ?? DEFAULTS.port,
    workers: whole(workers, 1, 1024, reading) ?? file.workers ?? DEFAULTS.workers,
    journal: journalMode(journal, reading) ?? file.journal ?? DEFAULTS.journal,
    dataDir: data === null ? (file.dataDir ?? defaultDataDir(reading)) : reading.resolvePath(data.value, reading.cwd),
  };
}

type Setting = { readonly from: string; readonly value: string };

/** Of sources in their order; a source without a value of its own is a variable. */
function first(
  reading: Reading,
  ...sources: readonly (readonly [from: string, value?: string | number | undefined])[]
): Setting | null {
  for (const [from, given] of sources) {
    const value = from.startsWith('--') ? given : reading.variable(from);
    if (value !== undefined && value !== null && String(value) !== '') return { from, value: String(value) };
  }
  return null;
}

function whole(setting: Setting | null, minimum: number, maximum: number, reading: Reading): number | null {
  if (setting === null) return null;
  const value = quantity(setting.value);
  if (value !== null && value >= minimum && value <= maximum) return value;
  reading.fault(null, `${setting.from}: expected a whole number, ${minimum} to ${maximum}, got '${setting.value}'`);
  return null;
}

function journalMode(setting: Setting | null, reading: Reading): ServerConfiguration['journal'] | null {
  if (setting === null) return null;
  const mode = JOURNALS.find((known) => known === setting.value);
  if (mode === undefined)
    reading.fault(null, `${setting.from}: expected one of ${JOURNALS.join(', ')}, got '${setting.value}'`);
  return mode ?? null;
}

function defaultDataDir(reading: Reading): string {
  const data = reading.variable('XDG_DATA_HOME');
  if (data !== null) return reading.resolvePath(join(data, 'waybill'), reading.cwd);
  return join(reading.variable('HOME') ?? homedir(), '.local/share/waybill');
}
