import {
  createKeyAdministration,
  createKeyRing,
  createPartyAdministration,
  type Desired,
  type MadeKey,
  openCallers,
  openPeople,
  openSignOn,
  openVault,
  type PartyAdministration,
} from './access/index.ts';
import { openAsCode, openOverlays } from './administration/index.ts';
import { openLiveOverlays } from './catalog/index.ts';
import type { Configuration } from './config/index.ts';
import type { Ground } from './ground.ts';
import { type Connections, openAsk } from './network/index.ts';
import type { Rooms } from './pipeline/index.ts';
import { isNamedIn } from './rules.ts';
import type { Clock } from './std/index.ts';
import { asActor, type Log, openAuditTrail } from './telemetry/index.ts';

export type AccessOptions = {
  readonly configuration: Configuration;
  readonly masterKey: string;
  readonly secretKey: string;
  readonly ground: Pick<Ground, 'main'>;
  /** What tells this instance from others that share the database. */
  readonly instance: string;
  readonly log: Log;
  /** Tells the other local processes that keys have changed, and waits for them (100 ms at most). */
  readonly tellKeysChanged: () => Promise<void>;
  /** Whom the configuration has; null: it says nothing of that. */
  readonly desiredOf: (configuration: Configuration) => Desired | null;
  /** Keys of the configuration that were made, whose secrets are known now and never again. */
  readonly showMadeKeys: (made: readonly MadeKey[]) => void;
};

export type Access = Awaited<ReturnType<typeof openAccess>>;

/** Who calls this process, and who may change that. */
export async function openAccess(options: AccessOptions, connections: Connections, clock: Clock) {
  const { configuration, ground, secretKey, masterKey, tellKeysChanged } = options;
  const database = ground.main;
  const vault = await openVault({ database, secretKey, clock });
  const ring = await createKeyRing({ database, pepper: vault.pepper, masterKey, clock });
  const { recording } = openAuditTrail(database, clock);
  const keys = createKeyAdministration({ database, ring, clock, recording });
  keys.onChange(tellKeysChanged);
  const changed = async (): Promise<void> => {
    await ring.refresh();
    await tellKeysChanged();
  };
  let loaded = configuration;
  let { newUsers, signOn: signOnNow } = configuration;
  const parties = createPartyAdministration({ database, clock, newUsers: () => newUsers, changed, recording });
  const callers = openCallers(configuration.tokens, {
    ...{ ring, clock },
    users: asTokens(parties),
    ask: openAsk(connections),
  });
  const configure = (next: Configuration): void => {
    loaded = next;
    ({ newUsers, signOn: signOnNow } = next);
    signOn.configure(signOnNow.providers);
    callers.configure(next.tokens);
  };
  const people = openPeople({
    ...{ database, clock, masterKey, ring, parties, recording },
    pepper: vault.pepper,
    lifetimes: () => signOnNow.sessions,
  });
  const signOn = openSignOn({
    ...{ database, clock, parties, recording, vault, ask: openAsk(connections) },
    pepper: vault.pepper,
    sessions: people.sessions,
    providers: signOnNow.providers,
    onFailure: (provider, error) => options.log.warn('a single sign-on failed', { provider, error }),
  });
  let { allowances } = configuration;
  const isNamed: ReturnType<typeof isNamedIn> = (kind, id) => isNamedIn(allowances)(kind, id);
  const asCode = openAsCode({ ...options, database, ring, clock, recording, changed, isNamed });
  const take = (next: Configuration): Promise<void> => {
    ({ allowances } = next);
    return asCode.take(options.desiredOf(next));
  };
  await take(configuration);
  const onFailure = (error: unknown): void => options.log.warn('overlays could not be refreshed', { error });
  const overlays = await openLiveOverlays(database, clock, onFailure);
  const refresh = async (): Promise<number> => (await Promise.all([ring.refresh(), overlays.refresh()]))[0];
  return {
    ring,
    callers: { ...callers.ring, refresh },
    keys,
    parties,
    people,
    signOn,
    publicUrl: () => signOnNow.publicUrl,
    settings: () => signOnNow,
    /** As it was loaded last. */
    configurationNow: () => loaded,
    vault,
    configure,
    asCode,
    take,
    overlays,
    recording,
  };
}

/** The audit log tells users that came with a token from those that somebody made. */
function asTokens(parties: PartyAdministration): PartyAdministration {
  const actor = { id: 'jwt', changedBy: null, ip: null };
  return { ...parties, createParties: (made) => asActor(actor, () => parties.createParties(made)) };
}

export function overlaysOf(
  { ground, tellKeysChanged }: Pick<AccessOptions, 'ground' | 'tellKeysChanged'>,
  { clock, policies }: Rooms,
  who: Access,
) {
  const { overlays: live, recording, keys, parties } = who;
  return openOverlays({
    database: ground.main,
    clock,
    recording,
    live,
    keys,
    parties,
    catalog: () => policies().catalog,
    accounts: () => policies().accounts,
    tell: tellKeysChanged,
  });
}
