import type { KeyRing } from '../access/index.ts';
import type { Catalog, Deployment } from '../catalog/index.ts';
import type { Conversations } from '../conversation/index.ts';
import type { DialectId } from '../inference/index.ts';
import type { Holds } from '../ledger/index.ts';
import type { Admissions, DeploymentSlots, SlotQueue } from '../limits/index.ts';
import type { Endpoint, Transport } from '../providers/index.ts';
import type { Health, HealthPolicy, RoutingPolicy, SessionAffinity, Turns } from '../routing/index.ts';
import type { Clock } from '../std/index.ts';
import type { ExchangeEvent, Journal, Log } from '../telemetry/index.ts';
import type { KeepAlive } from './keep-alive.ts';

/** What follows from the configuration; replaced as a whole when it is loaded again. */
export type Policies = {
  readonly catalog: Catalog;
  /** null: the deployment's provider does not offer the operation. */
  readonly endpointOf: (deployment: Deployment, dialect: DialectId) => Endpoint | null;
  readonly routing: RoutingPolicy;
  readonly budgetExceededStatus: number;
  /** What becomes of a request that holds something that the upstream's dialect cannot say. */
  readonly unsupported: 'drop' | 'warn' | 'reject';
  /** When a deployment rests, and for how long. */
  readonly health: HealthPolicy;
};

/** Counts tokens of texts, off the event loop. Rejects with a GatewayError (503): too many wait, or it takes too long. */
export type TokenCounter = { readonly count: (texts: readonly string[]) => Promise<number> };

/** The rooms that an exchange passes through, as `main.ts` built them. */
export type Rooms = {
  readonly clock: Clock;
  readonly random: () => number;
  readonly keys: KeyRing;
  readonly admissions: Admissions;
  readonly holds: Holds;
  readonly slots: DeploymentSlots;
  /** Lines before the deployments that are at their limits. */
  readonly queue: SlotQueue;
  readonly health: Health;
  readonly keepAlive: KeepAlive;
  readonly conversations: Conversations;
  readonly policies: () => Policies;
  readonly transportOf: (deployment: Deployment) => Transport;
  readonly isSandbox: (deployment: Deployment) => boolean;
  readonly tokenCounter: TokenCounter;
  readonly affinity: SessionAffinity;
  readonly turns: Turns;
  readonly journal: Journal;
  readonly log: Log;
  readonly publish: (event: ExchangeEvent) => void;
};
