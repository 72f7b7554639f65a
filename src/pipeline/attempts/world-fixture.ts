import { masterVirtualKey, virtualKeyOf } from '../../access/index.ts';
import { buildCatalog, type Deployment, type OperatorModel } from '../../catalog/index.ts';
import { loadDialect, type ReceivedRequest } from '../../dialects/index.ts';
import { type DialectId, GatewayError } from '../../inference/index.ts';
import { extend, hold, openPot, type Pot, post } from '../../ledger/index.ts';
import { NO_RULES, openAdmissions, openDeploymentSlots, openSlotQueue } from '../../limits/index.ts';
import { createEndpoint, type Transport } from '../../providers/index.ts';
import {
  type Health,
  noPreferences,
  noRetryPolicy,
  openHealth,
  openTurns,
  type Preferences,
  RetryBudgets,
  type RoutingPolicy,
  SessionAffinity,
  usualRetryBudget,
} from '../../routing/index.ts';
import { exchangeId, openCalendar, systemClock } from '../../std/index.ts';
import type { ExchangeEvent } from '../../telemetry/index.ts';
import type { Exchange } from '../exchange.ts';
import { openKeepAlive } from '../keep-alive.ts';
import { findAsked } from '../planning/find-asked.ts';
import { refuse } from '../refuse.ts';
import { relay } from '../relay.ts';
import type { Policies, Rooms } from '../rooms.ts';
import { openSettlement } from '../settle.ts';
import { attemptCandidates } from './attempt-candidates.ts';
import { holdFor } from './hold-for.ts';
import { play, type Script, says } from './script-fixture.ts';

export type WorldModel = {
  /** `id`, or `id@dialect`; each is called at a credential of its own. */
  readonly deployments: readonly string[];
  readonly fallbacks?: OperatorModel['fallbacks'];
  /** USD per million tokens, both ways. */
  readonly price?: string;
  readonly limits?: Deployment['limits'];
};

export type WorldOptions = {
  readonly models: Readonly<Record<string, WorldModel>>;
  /** By deployment; the last one goes on. */
  readonly scripts: Readonly<Record<string, readonly Script[]>>;
  readonly routing?: Partial<RoutingPolicy>;
  readonly cooldownMs?: number;
  readonly unsupported?: Policies['unsupported'];
  readonly timeouts?: Deployment['timeouts'];
  /** The models that the caller may use; all. */
  readonly mayUse?: readonly string[];
  /** Nanodollars of a budget; none. */
  readonly budget?: bigint;
  readonly stats?: Health['stats'];
};

export type Told = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly error: { readonly code?: string; readonly message?: string };
  readonly event: ExchangeEvent | null;
  /** Deployments that were called, in their order. */
  readonly called: string;
};

export type World = {
  readonly ask: (body?: Readonly<Record<string, unknown>>, preferences?: Partial<Preferences>) => Promise<Told>;
  readonly health: Health;
  readonly deployment: (id: string) => Deployment;
  readonly pot: Pot;
  /** Calls that were aborted, by deployment. */
  readonly aborted: string[];
  readonly rooms: Rooms;
};

const NO_LIMITS = { rpm: null, tpm: null, parallel: null };
const TIMEOUTS = { connectMs: 1_000, firstByteMs: 1_000, idleMs: 1_000, totalMs: 1_000 };

/** The rooms as they are, with upstreams that follow scripts in place of the network. */
export function openWorld(options: WorldOptions): World {
  const called: string[] = [];
  const aborted: string[] = [];
  const pot = openPot('key:k', options.budget ?? 10n ** 15n, 0n);
  const ids = Object.values(options.models).flatMap(({ deployments }) => deployments);
  const dialectsById = new Map(ids.map((each) => each.split('@') as [string, DialectId | undefined]));
  const catalog = buildCatalog({
    models: Object.entries(options.models).map(([name, model]) => operatorModel(name, model)),
    credentials: ids.map((each) => ({ name: each.split('@')[0] ?? '', provider: 'openai-compatible' })),
    provider: () => null,
    sandboxModels: [],
    timeouts: options.timeouts ?? TIMEOUTS,
    defaultFallbacks: [],
    nowMs: 0,
  });
  const events: ExchangeEvent[] = [];
  const counts = new Map<string, number>();
  const transportOf = ({ id }: Deployment): Transport => ({
    send: (call, sink) => {
      called.push(id);
      const nth = counts.get(id) ?? 0;
      counts.set(id, nth + 1);
      const scripts = options.scripts[id] ?? [];
      const script = scripts[Math.min(nth, scripts.length - 1)] ?? says('hello');
      return play(script, sink, call, () => aborted.push(id));
    },
    openSockets: () => 0,
    close: async () => undefined,
  });
  const policy = { allowedFails: 100, cooldownMs: options.cooldownMs ?? 0 };
  const opened = openHealth(() => policy);
  const health = options.stats === undefined ? opened : { ...opened, stats: options.stats };
  const policies: Policies = {
    catalog,
    endpointOf: (deployment) =>
      createEndpoint(
        {
          name: deployment.credential,
          provider: dialectsById.get(deployment.id) === undefined ? 'openai-compatible' : 'anthropic',
          baseUrl: 'http://upstream.test/v1',
          apiKey: 'k',
          auth: 'api-key',
          headers: {},
          options: {},
        },
        dialectsById.get(deployment.id) ?? 'openai-chat',
        { version: '0' },
      ),
    routing: { ...ROUTING, ...options.routing },
    budgetExceededStatus: 402,
    unsupported: options.unsupported ?? 'drop',
    accounts: [],
    rules: NO_RULES,
    customerBudgetId: null,
    lowBalance: { kind: 'share', thousandths: 200 },
    prompts: null,
    promptsReaders: 'own',
    priorities: null,
    calendar: openCalendar('UTC'),
    probes: null,
    loadFor: () => null,
    health: policy,
  };
  const quiet = () => undefined;
  const counted = openDeploymentSlots(() => false);
  const slots = {
    slots: counted,
    queue: openSlotQueue({ slots: counted, nowMs: systemClock.monotonicMs, maxWaiting: () => 10 }),
  };
  const rooms = {
    clock: systemClock,
    random: () => 0,
    admissions: openAdmissions({ potFor: () => pot, rules: () => policies.rules, calendar: () => policies.calendar }),
    holds: { hold, extend, post, walletFor: () => pot },
    tellBudget: quiet,
    ...slots,
    turns: openTurns(),
    health,
    keepAlive: openKeepAlive(),
    policies: () => policies,
    transportOf,
    isSandbox: ({ provider }: Deployment) => provider === 'sandbox',
    affinity: new SessionAffinity(),
    retryBudgets: new RetryBudgets(),
    journal: {
      writer: 'w',
      append: (_record: string, then: (error: Error | null) => void) => setImmediate(then, null),
      close: quiet,
    },
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    publish: (event: ExchangeEvent) => events.push(event),
  } as unknown as Rooms;
  const found = (id: string): Deployment => {
    const all = Object.keys(options.models).flatMap((name) => catalog.resolve(name)?.deployments ?? []);
    const deployment = all.find((each) => each.id === id);
    if (deployment === undefined) throw new Error(`no deployment ${id}`);
    return deployment;
  };
  return {
    health,
    deployment: found,
    pot,
    aborted,
    rooms,
    ask: async (body = {}, preferences = {}) => {
      const from = called.length;
      const told = await ask({ model: 'm', messages: [{ role: 'user', content: 'hello' }], ...body }, preferences);
      return { ...told, event: events.at(-1) ?? null, called: called.slice(from).join(' ') };
    },
  };

  async function ask(body: object, preferences: Partial<Preferences>): Promise<Omit<Told, 'event' | 'called'>> {
    const { reply, told } = openReply();
    const budget = options.budget ?? null;
    const caller = {
      ...masterVirtualKey.caller,
      kind: 'virtual-key' as const,
      keyId: 'k',
      models: options.mayUse ?? [],
    };
    const key = virtualKeyOf({ ...masterVirtualKey, caller, maxBudgetNanoUsd: budget });
    const opened = exchangeOf(body);
    const exchange: Exchange = {
      ...opened,
      reply,
      key,
      preferences: { ...noPreferences, ...preferences },
    };
    const settlement = openSettlement(exchange, rooms);
    const { request } = opened;
    try {
      const asked = [findAsked(exchange, request, key, rooms), ...exchange.furtherModels];
      const admitting = settlement.admit();
      if (admitting !== null) await admitting;
      const models = await holdFor(asked, exchange, settlement, rooms);
      relay(exchange, await attemptCandidates(exchange, models, settlement, rooms), settlement, rooms);
    } catch (error) {
      if (!(error instanceof GatewayError)) throw error;
      refuse(exchange, settlement, error, rooms);
    }
    return told;
  }
}

const openAiChat = await loadDialect('openai-chat');
await loadDialect('anthropic-messages');

const ROUTING: RoutingPolicy = {
  strategy: 'weighted',
  strategyOptions: { percentile: 'p50', latencyBuffer: 0 },
  queue: { waitMs: 0, length: 10 },
  maxAttempts: 5,
  retries: 0,
  retry: noRetryPolicy,
  retryBudget: usualRetryBudget,
  maxFallbacks: 5,
  deadlineMs: null,
  hedge: null,
};

/** Deployments stand in the order in which they are tried. */
function operatorModel(name: string, { deployments, fallbacks = {}, price, limits }: WorldModel): OperatorModel {
  const unit = {
    cacheRead: null,
    cacheWrite: null,
    reasoning: null,
    inputAudio: null,
    outputAudio: null,
    request: null,
    madeFor: null,
  };
  return {
    name,
    fallbacks,
    hidden: false,
    accessGroups: [],
    aliasOf: null,
    deployments: deployments.map((each, index) => ({
      credential: each.split('@')[0] ?? '',
      upstreamModel: each.split('@')[0] ?? '',
      baseModel: null,
      priority: index + 1,
      weight: 1,
      limits: limits ?? NO_LIMITS,
      price: price === undefined ? 'free' : { input: price, output: price, ...unit, tiers: [] },
      contextWindow: null,
      maxOutput: 100,
      timeouts: {},
      headers: {},
      id: each.split('@')[0] ?? '',
      at: '',
    })),
  };
}

type Opened = Omit<Exchange, 'reply' | 'key' | 'preferences' | 'request'> & { readonly request: ReceivedRequest };

function exchangeOf(body: object): Opened {
  const dialect = openAiChat;
  const startedAtMs = systemClock.nowMs();
  const address = { model: null, stream: null, framing: 'sse' as const };
  return {
    id: exchangeId(startedAtMs),
    dialect,
    address,
    requestHeaders: {},
    credentials: [],
    clientRequestId: null,
    userAgent: null,
    clientIp: null,
    sessionInBody: () => null,
    readBody: () => Promise.resolve(Buffer.alloc(0)),
    path: '/v1/chat/completions',
    forwarded: [],
    startedAtMs,
    startedMs: systemClock.monotonicMs(),
    localTurns: null,
    sessionId: null,
    foreignCredential: null,
    request: dialect.readRequest(Buffer.from(JSON.stringify(body)), address),
    plans: [],
    passedOver: null,
    furtherModels: [],
    conversation: null,
    needs: null,
    recalled: null,
    canonical: null,
    clampedOutput: null,
    flowing: null,
    passThrough: true,
    warnings: null,
    headers: [],
    attempts: [],
    charged: null,
    costBesideNanoUsd: 0n,
    madeFor: null,
  };
}

/** A client that takes everything at once. */
function openReply(): { reply: Exchange['reply']; told: Promise<Omit<Told, 'event' | 'called'>> } {
  const { promise, resolve } = Promise.withResolvers<Omit<Told, 'event' | 'called'>>();
  const pieces: Buffer[] = [];
  let [status, isOver] = [0, false];
  let headers: readonly string[] = [];
  const end = (chunk: Buffer | null): void => {
    if (chunk !== null) pieces.push(chunk);
    isOver = true;
    const text = Buffer.concat(pieces).toString();
    const named = headers.flatMap((name, index) =>
      index % 2 === 0 ? [[name, headers[index + 1] ?? ''] as const] : [],
    );
    resolve({ status, headers: Object.fromEntries(named), text, error: errorIn(text) });
  };
  const reply: Exchange['reply'] = {
    begin: (given, flat) => {
      [status, headers] = [given, flat];
    },
    write: (chunk) => {
      pieces.push(chunk);
      return true;
    },
    end,
    cut: () => end(null),
    isBegun: () => status !== 0,
    isOver: () => isOver,
    hasWritten: () => false,
    isGone: () => false,
    whenGone: () => undefined,
    whenOver: () => undefined,
    whenDrained: () => undefined,
  };
  return { reply, told: promise };
}

function errorIn(text: string): Told['error'] {
  try {
    return (JSON.parse(text) as { error?: Told['error'] }).error ?? {};
  } catch {
    return {};
  }
}
