import { type Configuration, shownSettings } from './config/index.ts';
import type { RunningFacts } from './http/operations/index.ts';
import { version } from './version.ts';

/** What runs here and by which settings, for whoever operates it. */
export function runningFacts(configuration: Configuration, store: RunningFacts['store']): RunningFacts {
  const { source, server, notices } = configuration;
  return {
    version,
    node: process.version,
    store,
    dataFolder: server.dataDir,
    schema: source.schema,
    files: source.files,
    notices,
    settings: shownSettings(configuration),
  };
}
