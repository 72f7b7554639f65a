import { type FSWatcher, realpathSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ManagedFault } from '../../administration/index.ts';
import { type Configuration, type Flags, formatFault } from '../../config/index.ts';
import { credentialFaults } from '../../policies.ts';
import type { Log } from '../../telemetry/index.ts';
import { load } from '../load.ts';

const FAULTY = 'the configuration is faulty; the old one stays';

/** Editors write a file in several steps; a reload waits until they are through. */
const SETTLE_MS = 200;

/** Opened once, before the first call is taken. */
const AT_START = [
  ...(['server', 'secrets', 'store', 'network'] as const),
  ...(['requestLog', 'requestLogKeptMs', 'promptsKeptMs', 'logLevel'] as const),
];

export type Reloading = { readonly reload: () => void; readonly close: () => void };

/** Loads the configuration again on demand and, with `--watch`, when its files change. A faulty one changes nothing. */
export function openReloading(
  first: Configuration,
  flags: Flags,
  watching: boolean,
  log: Log,
  apply: (next: Configuration) => void | Promise<void>,
): Reloading {
  let watchers: readonly FSWatcher[] = [];
  let timer: NodeJS.Timeout | null = null;
  const observe = (files: readonly string[]): void => {
    for (const watcher of watchers) watcher.close();
    watchers = watching ? watchFiles(files, () => later(), log) : [];
  };
  const reload = async (): Promise<void> => {
    const loaded = await load(flags);
    const faults = loaded.ok ? credentialFaults(loaded.configuration) : loaded.faults.map(formatFault);
    if (!loaded.ok || faults.length > 0) {
      log.error(FAULTY, { faults });
      return;
    }
    await apply(loaded.configuration);
    observe(loaded.configuration.source.files);
    const waiting = AT_START.filter((part) => !isDeepStrictEqual(loaded.configuration[part], first[part]));
    if (waiting.length > 0) log.warn('what changed in these parts is taken at the next start', { parts: waiting });
    log.info('the configuration was loaded again', { models: loaded.configuration.models.length });
  };
  const begin = (): void => {
    reload().catch((error: unknown) => {
      if (error instanceof ManagedFault) log.error(FAULTY, { faults: error.faults });
      else log.error('the configuration could not be loaded again', { error });
    });
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

/** A changed name in Kubernetes' volumes: what is mounted are links through this one, which is replaced. */
const KUBERNETES_LINK = '..data';

/** Watches the folders: a file that is replaced, as editors and deployments do it, takes its own watcher with it. */
function watchFiles(files: readonly string[], onChange: () => void, log: Log): readonly FSWatcher[] {
  const names = new Set([...files, ...files.map(realPathOf)].map((file) => basename(file)));
  const folders = new Set([...files, ...files.map(realPathOf)].map((file) => dirname(file)));
  return [...folders].flatMap((folder) => {
    const failed = (error: unknown): void =>
      log.warn('the configuration cannot be watched; SIGHUP loads it again', { folder, error });
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name === null || names.has(name) || name === KUBERNETES_LINK) onChange();
      });
      return [watcher.on('error', failed)];
    } catch (error) {
      failed(error);
      return [];
    }
  });
}

function realPathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return file;
  }
}
