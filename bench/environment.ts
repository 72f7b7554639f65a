import { readFileSync } from 'node:fs';
import { arch, cpus, loadavg, release, totalmem, type } from 'node:os';
import { nginxVersion } from './nginx.ts';
import type { TestStand } from './test-stand.ts';

export type Environment = Readonly<Record<string, string | number>>;

function versionIn(manifest: URL): string {
  const text = readFileSync(manifest, 'utf8');
  return String((JSON.parse(text) as { version?: unknown }).version);
}

/** What a figure has to be read with: it says little about any other machine. */
export function describeEnvironment(stand: TestStand, plainServer: string): Environment {
  const { target, load } = stand.cores;
  return {
    date: new Date().toISOString(),
    waybill: versionIn(new URL('../package.json', import.meta.url)),
    node: process.version,
    undici: versionIn(new URL('../node_modules/undici/package.json', import.meta.url)),
    nginx: nginxVersion() ?? 'not installed',
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: stand.coreCount,
    memory_gb: Math.round(totalmem() / 2 ** 30),
    kernel: `${type()} ${release()} ${arch()}`,
    load_average: loadavg()[0]?.toFixed(2) ?? 'unknown',
    pinning: target === null ? 'none' : `target on core ${target}, upstream and load on core ${load}`,
    plain_upstream: plainServer,
  };
}
