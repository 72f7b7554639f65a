import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findFreePort } from '../../src/network/index.ts';
import { startChild } from '../children.ts';
import { awaitReady } from '../readiness.ts';
import { newFolder } from '../test-stand.ts';
import type { Running, Site } from './target.ts';

export type Variant = {
  readonly name: string;
  /** Lines of the configuration beside credentials and models. */
  readonly settings: readonly string[];
  /** The key that calls are made with. */
  callerKey(port: number, masterKey: string): Promise<string>;
};

const MAIN = new URL('../../src/main.js', import.meta.url).pathname;
const MASTER_KEY = 'sk-bench-master-5uQ0TzXb8Kp3LwYd';

function configuration({ upstreams }: Site, settings: readonly string[]): string {
  const credential = (port: number) =>
    `{ provider: openai-compatible, base_url: "http://127.0.0.1:${port}/v1", api_key: sk-mock }`;
  const model = (name: string) =>
    `{ deployments: [ { use: ${name}/gpt-4o-mini, price: { input: 0.15, output: 0.60 } } ] }`;
  return `${['version: 1', ...settings].join('\n')}
credentials:
  mock: ${credential(upstreams.plainPort)}
  mock-stream: ${credential(upstreams.streamPort)}
models:
  bench: ${model('mock')}
  bench-stream: ${model('mock-stream')}
`;
}

export function waybillUnavailable(): string | null {
  return existsSync(MAIN) ? null : `${MAIN} does not exist`;
}

// As `npm start` starts it.
const YOUNG_GENERATION = '--max-semi-space-size=8';

export async function startWaybill(site: Site, variant: Variant, dataFolder: string | undefined): Promise<Running> {
  const { stand } = site;
  const port = await findFreePort('127.0.0.1');
  const file = join(newFolder(stand, `${variant.name}-files`), 'waybill.yaml');
  writeFileSync(file, configuration(site, variant.settings));
  const data = dataFolder ?? join(newFolder(stand, `${variant.name}-data`), 'data');
  const child = startChild(stand, {
    name: variant.name,
    core: stand.cores.target,
    command: [
      process.execPath,
      YOUNG_GENERATION,
      MAIN,
      'serve',
      '--config',
      file,
      '--port',
      String(port),
      '--data',
      data,
    ],
    environment: { WAYBILL_MASTER_KEY: MASTER_KEY, MALLOC_ARENA_MAX: '2' },
  });
  const startMs = await awaitReady(port, child);
  const key = await variant.callerKey(port, MASTER_KEY).catch(async (error: unknown) => {
    await child.stop();
    throw error;
  });
  const call = { port, path: '/v1/chat/completions', headers: { authorization: `Bearer ${key}` } };
  return {
    plain: { ...call, model: 'bench' },
    stream: { ...call, model: 'bench-stream' },
    pid: child.pid,
    startMs,
    stop: () => child.stop(),
  };
}
