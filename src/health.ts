import { createHmac } from 'node:crypto';
import type { Configuration } from './config/index.ts';
import { type Health, type HealthEvent, type HealthPolicy, openHealth, openHealthSharing } from './routing/index.ts';
import type { Clock } from './std/index.ts';
import type { Database } from './store/index.ts';
import type { Log } from './telemetry/index.ts';

/** A rest that began elsewhere is known here within two of these. */
const REFRESH_EVERY_MS = 1_000;

export function openLoggedHealth(policyNow: () => HealthPolicy, log: Log): Health {
  return openHealth(policyNow, (event) => {
    const { type, heard } = event;
    const level = heard ? 'debug' : type === 'rests' ? 'warn' : 'info';
    log[level](messageOf(event), fieldsOf(event));
  });
}

function messageOf({ type, circuit }: HealthEvent): string {
  if (circuit !== null) return type === 'rests' ? 'a deployment rests' : 'a deployment is back';
  return type === 'rests'
    ? 'a credential rests, and all of its deployments with it: the upstream does not accept it'
    : 'a credential is back';
}

/** Names only: nothing of the secret. */
function fieldsOf({ type, credential, circuit, cause, forMs }: HealthEvent): Readonly<Record<string, unknown>> {
  const rest = type === 'rests' ? { for_ms: Math.round(forMs) } : {};
  return { credential, ...(circuit === null ? {} : { circuit }), cause, ...rest };
}

export type HealthRefresh = {
  readonly configure: (configuration: Configuration) => void;
  readonly close: () => void;
};

type HealthRefreshOptions = {
  readonly health: Health;
  readonly database: Database;
  readonly writer: string;
  readonly secretKey: string;
  readonly clock: Clock;
  readonly log: Log;
};

/** Every second: compares deployments with their peers, and tells and hears what there is between processes. */
export function openHealthRefresh({
  health,
  database,
  writer,
  secretKey,
  clock,
  log,
}: HealthRefreshOptions): HealthRefresh {
  const sharing = openHealthSharing(health, database, writer, clock.monotonicMs);
  let running: Promise<void> | null = null;
  let failing = false;
  let closed = false;
  const refresh = async (): Promise<void> => {
    health.compare(clock.monotonicMs());
    try {
      await sharing.refresh();
      failing = false;
    } catch (error) {
      // Once, not every second of an outage: nothing but the sharing is missing.
      if (!failing && !closed)
        log.warn('the health of deployments could not be shared with other processes', { error });
      failing = true;
    }
  };
  const timer = setInterval(() => {
    running ??= refresh().finally(() => {
      running = null;
    });
  }, REFRESH_EVERY_MS).unref();
  return {
    configure: ({ credentials }) =>
      health.configured(new Map(credentials.map((credential) => [credential.name, versionOf(credential, secretKey)]))),
    close: () => {
      closed = true;
      clearInterval(timer);
    },
  };
}

/** Tells versions of a credential apart without giving it away: other processes see it in the database. */
function versionOf(credential: Configuration['credentials'][number], secretKey: string): string {
  const { origin: _origin, ...said } = credential;
  return createHmac('sha256', secretKey)
    .update(`routing_health ${JSON.stringify(said)}`)
    .digest('hex')
    .slice(0, 16);
}
