import type {
  ConnectionTest,
  DeploymentVerdict,
  EntryBook,
  ModelBook,
  ProposedDeployment,
} from '../administration/index.ts';
import {
  createStoredAdministration,
  openStoredEntries,
  type ReceiverOf,
  rehearse,
  type StoredEntriesOptions,
  type StoredRecording,
  type StoredSnapshot,
  storedModels,
} from '../catalog/index.ts';
import {
  type Configuration,
  fileFacts,
  litellmReceiver,
  readStored,
  type StoredModels,
  type StoredReading,
} from '../config/index.ts';
import type { AddressGate } from '../network/index.ts';
import { type Policies, type ProbeRooms, probeChat } from '../pipeline/index.ts';
import { credentialFault, knownProviders, providerRow } from '../providers/index.ts';
import type { Clock } from '../std/index.ts';
import type { Log } from '../telemetry/index.ts';

export type StoredModelsOptions = Pick<StoredEntriesOptions, 'database' | 'vault'> & {
  readonly configuration: Configuration;
  readonly clock: Clock;
  readonly log: Log;
  readonly recording: StoredRecording;
  readonly gate: AddressGate;
  /** Changes stay in this process, and are gone with it. */
  readonly rehearses?: boolean;
};

/** What the file says together with what was made over the API, as one process knows it. */
export type LiveModels = {
  /** The file's configuration with what is stored beside it. */
  readonly now: () => Configuration;
  /** The file was loaded again. */
  readonly configure: (file: Configuration) => void;
  /** Takes over what changed in the database; answers whether anything did. */
  readonly refresh: () => Promise<boolean>;
  /** For the administration. */
  readonly book: (around: BookSurroundings) => ModelBook;
  /** The same where nothing can be called. */
  readonly entryBook: (around: EntrySurroundings) => EntryBook;
};

export type EntrySurroundings = {
  /** A change is to be in force when it resolves. */
  readonly taken: () => Promise<void>;
  readonly policies: () => Policies;
};

export type BookSurroundings = EntrySurroundings & {
  /** What a process calls with which knows this configuration alone. */
  readonly roomsOf: (configuration: Configuration) => ProbeRooms;
};

export const receiverOf: ReceiverOf = ({ kind, facts }) => {
  const params = facts[kind === 'credential' ? 'credential_values' : 'litellm_params'];
  return typeof params === 'object' && params !== null ? litellmReceiver({ ...params }, isKnown) : '';
};

function isKnown(id: string): boolean {
  return providerRow(id) !== null;
}

export async function openStoredModels(options: StoredModelsOptions): Promise<LiveModels> {
  const { log, gate } = options;
  const stored = await openStoredEntries({ ...options, receiverOf });
  const rehearsal = options.rehearses === true ? rehearse(stored, options.clock) : null;
  const entries = rehearsal?.entries ?? stored;
  const tell = openTelling(log);
  let file = options.configuration;
  const read = (stored: StoredModels): StoredReading =>
    readStored(file, stored, {
      providers: knownProviders(),
      refusal: (credential, headers) => {
        const address = credential.origin === 'api' ? credential.baseUrl : null;
        const refused = address === null ? null : gate.refusal(address);
        if (refused !== null) return `litellm_params.api_base: ${refused}`;
        return credentialFault({ ...credential, headers: { ...credential.headers, ...headers } });
      },
    });
  let current: StoredReading;
  const settle = (): void => {
    current = read(storedModels(entries.now()));
    tell(entries.now(), current);
  };
  settle();
  const configuration = (): Configuration => current.configuration;
  const entryBook = ({ taken, policies }: EntrySurroundings): EntryBook => ({
    file: fileFacts(() => file),
    catalog: () => policies().catalog,
    definedAt: (name) => configuration().models.find((model) => model.name === name)?.at ?? null,
    entries: entries.now,
    stored: rehearsal?.administration(taken) ?? createStoredAdministration({ ...options, receiverOf, changed: taken }),
    receiverOf,
    verdicts: () => current.deployments,
    judge: (proposed) => judge(proposed, entries.now(), read).verdict,
    circlesWith: (proposed) => {
      const { fallbacks, ...others } = storedModels(entries.now());
      const kept = fallbacks.filter(({ model, type }) => model !== proposed.model || type !== proposed.type);
      return read({ ...others, fallbacks: [...kept, proposed] }).cycles;
    },
    addressRefusal: gate.refusal,
  });
  return {
    now: configuration,
    configure: (next) => {
      file = next;
      gate.configure(next);
      settle();
    },
    refresh: async () => {
      const hasChanged = await entries.refresh();
      if (hasChanged) settle();
      return hasChanged;
    },
    entryBook,
    book: (around) => ({
      ...entryBook(around),
      test: (proposed) => test(proposed, entries.now(), read, around.roomsOf),
    }),
  };
}

function judge(
  proposed: ProposedDeployment,
  snapshot: StoredSnapshot,
  read: (stored: StoredModels) => StoredReading,
): { readonly verdict: DeploymentVerdict; readonly configuration: Configuration } {
  const { credentials } = storedModels(snapshot);
  const { deployments, configuration } = read({ deployments: [proposed], credentials, fallbacks: [], groups: [] });
  const verdict = deployments.get(proposed.id) ?? { faults: [], off: 'it was not read', notices: [] };
  return { verdict, configuration };
}

const NOT_TESTED: ConnectionTest = { isWell: false, status: null, tookMs: 0, message: null };

async function test(
  proposed: ProposedDeployment,
  snapshot: StoredSnapshot,
  read: (stored: StoredModels) => StoredReading,
  roomsOf: BookSurroundings['roomsOf'],
): Promise<ConnectionTest> {
  const { verdict, configuration } = judge(proposed, snapshot, read);
  const reason = verdict.faults[0] ?? verdict.off;
  if (reason !== null) return { ...NOT_TESTED, message: reason };
  const rooms = roomsOf(configuration);
  const [deployment] = rooms.policies().catalog.resolve(proposed.id)?.deployments ?? [];
  if (deployment === undefined) return NOT_TESTED;
  const { found, ...told } = await probeChat(deployment, rooms);
  return { isWell: found === 'well', ...told };
}

/** Says of each entry that is off why, once: whoever wrote it may be long gone. */
function openTelling(log: Log): (snapshot: StoredSnapshot, reading: StoredReading) => void {
  const told = new Map<string, string>();
  return ({ shut }, { deployments, cycles }) => {
    const off = [...deployments].flatMap(([id, { faults, off: reason }]): [string, string][] => {
      const why = faults[0] ?? reason;
      return why === null || why === BLOCKED ? [] : [[`deployment '${id}'`, why]];
    });
    const closed = shut.map(({ kind, id }): [string, string] => [`${kind} '${id}'`, 'its secrets do not open']);
    const circles = cycles.map((cycle): [string, string] => ['a fallback', cycle]);
    const all = [...off, ...closed, ...circles];
    for (const [what, reason] of all) {
      if (told.get(what) !== reason) log.warn('what was made over the API is off', { what, reason });
    }
    told.clear();
    for (const [what, reason] of all) told.set(what, reason);
  };
}

const BLOCKED = 'model_info.blocked';
