import type { Configuration } from '../config/index.ts';
import type { WatchedHealth } from '../health.ts';
import type { LivePolicies } from '../live-policies.ts';
import type { Log } from '../telemetry/index.ts';
import type { LiveModels } from './stored-models.ts';

export type Following = {
  /** What has changed in the database is in force when it resolves. */
  readonly refresh: () => Promise<void>;
  /** The file was loaded again. */
  readonly configure: (file: Configuration) => void;
  readonly close: () => void;
};

type FollowingOptions = {
  readonly models: LiveModels;
  readonly policies: LivePolicies;
  readonly watched: Pick<WatchedHealth, 'configure'>;
  readonly log: Log;
  readonly refreshEveryMs: number;
};

/** Brings what the file says, and what is stored beside it, to where calls look. */
export function followModels({ models, policies, watched, log, refreshEveryMs }: FollowingOptions): Following {
  let loading = Promise.resolve();
  const take = (): Promise<void> => {
    const configuration = models.now();
    watched.configure(configuration);
    loading = policies.load(configuration);
    return loading;
  };
  const refresh = async (): Promise<void> => {
    const hasChanged = await models.refresh();
    // Somebody else may have found the change a moment ago, and be loading what it needs.
    await (hasChanged ? take() : loading);
  };
  let failing = false;
  const timer = setTimeout(() => {
    refresh()
      .then(() => {
        failing = false;
      })
      .catch((error: unknown) => {
        // Once, not twice a second of an outage.
        if (!failing) log.warn('models made over the API could not be refreshed', { error });
        failing = true;
      })
      .finally(() => timer.refresh());
  }, refreshEveryMs).unref();
  return {
    refresh,
    configure: (file) => {
      models.configure(file);
      take().catch((error: unknown) => log.error('the configuration could not be taken over', { error }));
    },
    close: () => clearTimeout(timer),
  };
}
