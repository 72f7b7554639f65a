import type { KeyRing, KeyRules } from '../access/index.ts';
import type { Catalog, Deployment } from '../catalog/index.ts';
import type { Conversations } from '../conversation/index.ts';
import type { DialectId, PromptsMode, ProviderId } from '../inference/index.ts';
import type { Holds, LowBalance } from '../ledger/index.ts';
import type { Admissions, BudgetNews, DeploymentSlots, Moment, RuleBook, SlotQueue } from '../limits/index.ts';
import type { Endpoint, Transport } from '../providers/index.ts';
import type { Health, HealthPolicy, RetryBudgets, RoutingPolicy, SessionAffinity, Turns } from '../routing/index.ts';
import type { Calendar, Clock } from '../std/index.ts';
import type { Contents, ExchangeEvent, Journal, Log } from '../telemetry/index.ts';
import type { KeepAlive } from './keep-alive.ts';
import type { Priorities } from './priority-of.ts';

/** What follows from the configuration; replaced as a whole when it is loaded again. */
export type Policies = {
  readonly catalog: Catalog;
  /** The credentials that are configured, and whose they are. */
  readonly accounts: readonly { readonly name: string; readonly provider: ProviderId }[];
  /** Credentials that are some team's own; left out: none. */
  readonly teamCredentials?: ReadonlySet<string>;
  /** null: the deployment's provider does not offer the operation. */
  readonly endpointOf: (deployment: Deployment, dialect: DialectId) => Endpoint | null;
  readonly routing: RoutingPolicy;
  /** Loads what calls in this dialect may be translated by, its own translators included; null: all of it is there. */
  readonly loadFor: (dialect: DialectId) => Promise<void> | null;
  readonly budgetExceededStatus: number;
  /** What the body of every call must have; left out: nothing. */
  readonly enforcedParams?: readonly string[];
  /** What becomes of a request that holds something that the upstream's dialect cannot say. */
  readonly unsupported: 'drop' | 'warn' | 'reject';
  /** When a deployment rests, and for how long. */
  readonly health: HealthPolicy;
  /** How deployments are asked without a caller; null: they are not. */
  readonly probes: ProbePolicy | null;
  readonly rules: RuleBook;
  /** The shared budget of customers who have none of their own; null: they have none. */
  readonly customerBudgetId: string | null;
  /** Below it the credits of an organization are low, and told to be. */
  readonly lowBalance: LowBalance;
  /** Who has reserved what of the deployments' rates; null: nobody anything. */
  readonly priorities: Priorities | null;
  /** When the windows of budgets begin. */
  readonly calendar: Calendar;
  /** What keys are made with, and may ask for at most. */
  readonly keyRules?: KeyRules;
  /** What is kept of requests and answers; null: nothing of anybody's. */
  readonly prompts: PromptsPolicy | null;
  /** Who reads that besides operators: callers their own, or administrators what is their tenants'. */
  readonly promptsReaders: 'own' | 'tenant';
};

export type PromptsPolicy = {
  readonly mode: PromptsMode;
  /** By the team's id, in place of `mode`. */
  readonly teams: ReadonlyMap<string, PromptsMode>;
  /** Of each side. */
  readonly maxBytes: number;
};

/** `models`: whose deployments; null: all that are configured. `billed`: what cannot be asked for nothing, too. */
export type ProbePolicy = {
  readonly everyMs: number;
  readonly models: readonly string[] | null;
  readonly billed: boolean;
  /** Whose last probe failed is left out, while others are not; null: probes count as calls do, and no more. */
  readonly leavesOut: {
    /** After so long a failure says nothing any more. */
    readonly staleMs: number;
    /** A limit of the rate, and no answer in time, say nothing. */
    readonly ignoresTransient: boolean;
  } | null;
};

/** Counts tokens of texts, off the event loop. Rejects with a GatewayError (503): too many wait, or it takes too long. */
export type TokenCounter = { readonly count: (texts: readonly string[]) => Promise<number> };

/** The rooms that an exchange passes through, as `main.js` built them. */
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
  readonly retryBudgets: RetryBudgets;
  readonly journal: Journal;
  /** What calls said, on its way into the store. */
  readonly contents: Contents;
  readonly log: Log;
  readonly publish: (event: ExchangeEvent) => void;
  /** Something of a budget that is to be told once in its window. */
  readonly tellBudget: (news: BudgetNews) => void;
};

export function momentOf({ clock }: Pick<Rooms, 'clock'>): Moment {
  return { monotonicMs: clock.monotonicMs(), wallMs: clock.nowMs() };
}
