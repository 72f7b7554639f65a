import { type FSWatcher, watch } from 'node:fs';
import { type Configuration, type Flags, formatFault } from '../config/index.ts';
import { credentialFaults } from '../policies.ts';
import type { Log } from '../telemetry/index.ts';
import { load } from './load.ts';

/** Editors write a file in several steps; a reload waits until they are through. */
const SETTLE_MS = 200;

export type Reloading = { readonly reload: () => void; readonly close: () => void };

/** Loads the configuration again on demand and, with `--watch`, when its files change. A faulty one changes nothing. */
export function openReloading(
  first: Configuration,
  flags: Flags,
  watching: boolean,
  log: Log,
  apply: (next: Configuration) => void,
): Reloading {
  let watchers: readonly FSWatcher[] = [];
  let timer: NodeJS.Timeout | null = null;
  const observe = (files: readonly string[]): void => {
    for (const watcher of watchers) watcher.close();
    watchers = watching ? files.map((file) => watch(file, later)) : [];
  };
  const reload = async (): Promise<void> => {
    const loaded = await load(flags);
    const faults = loaded.ok ? credentialFaults(loaded.configuration) : loaded.faults.map(formatFault);
    if (!loaded.ok || faults.length > 0) {
      log.error('the configuration is faulty; the old one stays', { faults });
      return;
    }
    apply(loaded.configuration);
    observe(loaded.configuration.source.files);
    log.info('the configuration was loaded again', { models: loaded.configuration.models.length });
  };
  const begin = (): void => {
    reload().catch((error: unknown) => log.error('the configuration could not be loaded again', { error }));
  };
  const later = (): void => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(begin, SETTLE_MS);
  };
  observe(first.source.files);
  return {
    reload: begin,
    close: () => {
      if (timer !== null) clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}
