import type { ModelBook } from '../administration/index.ts';
import type { LiveOverlays } from '../catalog/index.ts';
import type { Configuration } from '../config/index.ts';
import { openWatchedHealth, type WatchedHealth } from '../health.ts';
import { LearnedLimits } from '../limits/index.ts';
import { type LivePolicies, openLivePolicies } from '../live-policies.ts';
import type { Connections } from '../network/index.ts';
import type { Rooms } from '../pipeline/index.ts';
import type { Database } from '../store/index.ts';
import { followModels } from './follow-models.ts';
import { openStoredModels, type StoredModelsOptions } from './stored-models.ts';

const REFRESH_EVERY_MS = 500;

export type ModelsOptions = Omit<StoredModelsOptions, 'database'> & {
  readonly ground: { readonly main: Database };
  readonly connections: Connections;
  readonly overlays: LiveOverlays;
  readonly writer: string;
  readonly secretKey: string;
  /** Tells the other local processes that something has changed, and waits for them (100 ms at most). */
  readonly tellKeysChanged: () => Promise<void>;
};

export type OpenedModels = {
  readonly policies: LivePolicies;
  readonly watched: WatchedHealth;
  /** Parallel limits that were learned here, or told of by other processes. */
  readonly learned: LearnedLimits;
  /** The file was loaded again. */
  readonly configure: (file: Configuration) => void;
  /** What has changed in the database is in force when it resolves. */
  readonly refresh: () => Promise<void>;
  readonly bookFor: (rooms: Pick<Rooms, 'clock' | 'transportOf'>) => ModelBook;
  readonly close: () => void;
};

/** What calls go by: the file, with what was made over the API beside it. */
export async function openModels(options: ModelsOptions): Promise<OpenedModels> {
  const { ground, connections, overlays, tellKeysChanged, log } = options;
  const around = { ...options, database: ground.main };
  const models = await openStoredModels(around);
  const policies = openLivePolicies(models.now(), connections, overlays);
  const learned = new LearnedLimits();
  const watched = openWatchedHealth({ ...around, configuration: models.now(), policies: policies.now, learned });
  const following = followModels({ models, policies, watched, log, refreshEveryMs: REFRESH_EVERY_MS });
  return {
    policies,
    watched,
    learned,
    ...following,
    bookFor: ({ clock, transportOf }) =>
      models.book({
        taken: async () => {
          await following.refresh();
          await tellKeysChanged();
        },
        policies: policies.now,
        roomsOf: (configuration) => {
          const alone = policies.build(configuration);
          return { clock, transportOf, policies: () => alone };
        },
      }),
  };
}
