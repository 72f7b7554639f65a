import { virtualKeyOf } from '../../src/access/index.ts';
import type { Deployment, Model } from '../../src/catalog/index.ts';
import { extend, hold, openPot, type Pot, post } from '../../src/ledger/index.ts';
import { NO_RULES, openAdmissions, openDeploymentSlots, openSlotQueue } from '../../src/limits/index.ts';
import type { Policies, Rooms } from '../../src/pipeline/index.ts';
import { createEndpoint, type Transport } from '../../src/providers/index.ts';
import { openHealth, openTurns, RetryBudgets, SessionAffinity } from '../../src/routing/index.ts';
import { openCalendar } from '../../src/std/index.ts';
import type { ExchangeEvent } from '../../src/telemetry/index.ts';
import { hostOf } from './upstreams.ts';
import type { VirtualTime } from './virtual-time.ts';

export type SimulatedRooms = { readonly rooms: Rooms; readonly events: ExchangeEvent[]; readonly pot: Pot };

const BUDGET_NANO_USD = 1_000_000_000_000n;
/** A write of the journal, with all that waits for it. */
const JOURNAL_MS = 0.2;

const key = virtualKeyOf({
  caller: {
    kind: 'virtual-key',
    keyId: 'k',
    keyHash: 'h',
    keyAlias: null,
    userId: null,
    teamId: null,
    projectId: null,
    organizationId: null,
    models: [],
    furtherModels: [],
    aliases: {},
  },
  id: 'k',
  hash: 'h',
  hint: 'hint',
  metadata: {},
  maxBudgetNanoUsd: BUDGET_NANO_USD,
  rpmLimit: null,
  terms: {},
  expiresAtMs: null,
  blocked: false,
  createdAtMs: 0,
  createdBy: 'master',
  revokedAtMs: null,
});

/** The real rooms of one process on the simulated clock; only the network, the disk and the key ring are played. */
export function roomsOf(
  time: VirtualTime,
  random: () => number,
  transport: Transport,
  modelNow: () => Model,
  routing: Policies['routing'],
  health: Policies['health'] = { allowedFails: 3, cooldownMs: 5_000 },
): SimulatedRooms {
  const events: ExchangeEvent[] = [];
  const pot = openPot('key:k', BUDGET_NANO_USD, 0n);
  const slots = openDeploymentSlots(() => false);
  const endpoints = new Map<string, ReturnType<typeof createEndpoint>>();
  const endpointOf = ({ id }: Deployment): ReturnType<typeof createEndpoint> => {
    const known = endpoints.get(id);
    if (known !== undefined) return known;
    const account = {
      name: id,
      provider: 'openai-compatible',
      baseUrl: hostOf(id),
      apiKey: 'sk',
      auth: 'api-key',
    } as const;
    const made = createEndpoint({ ...account, headers: {}, options: {} }, 'openai-chat', { version: 'test' });
    endpoints.set(id, made);
    return made;
  };
  const policies: Policies = {
    catalog: {
      resolve: (name) => (name === 'm' ? modelNow() : null),
      knows: () => true,
      grants: () => ({ names: [], groups: [] }),
      teamsOf: () => null,
      configuredAs: () => null,
      nearest: () => [],
      configured: () => [modelNow()],
      list: () => [],
      pricesChangeAtMs: () => null,
      withOwnCredentials: (model) => model,
    },
    endpointOf,
    loadFor: () => null,
    routing,
    budgetExceededStatus: 402,
    unsupported: 'drop',
    accounts: [],
    probes: null,
    health,
    rules: NO_RULES,
    customerBudgetId: null,
    lowBalance: { kind: 'share', thousandths: 200 },
    prompts: null,
    promptsReaders: 'own',
    priorities: null,
    calendar: openCalendar('UTC'),
  };
  const silent = (): void => undefined;
  const rooms: Rooms = {
    clock: time.clock,
    random,
    keys: { find: () => key, lookUp: async () => key, size: () => 1, party: () => null } as unknown as Rooms['keys'],
    admissions: openAdmissions({ potFor: () => pot, rules: () => policies.rules, calendar: () => policies.calendar }),
    holds: { hold, extend, post, walletFor: () => pot },
    slots,
    queue: openSlotQueue({ slots, nowMs: time.clock.monotonicMs, maxWaiting: () => 100 }),
    health: openHealth(() => policies.health),
    keepAlive: { watch: silent, close: silent },
    conversations: {} as Rooms['conversations'],
    contents: {} as Rooms['contents'],
    policies: () => policies,
    transportOf: () => transport,
    isSandbox: () => false,
    tokenCounter: { count: async () => 0 },
    affinity: new SessionAffinity(),
    turns: openTurns(),
    retryBudgets: new RetryBudgets(),
    journal: {
      writer: 'w',
      append: (_record, then) => void time.after(JOURNAL_MS, () => then(null)),
      close: silent,
    },
    log: { debug: silent, info: silent, warn: silent, error: silent },
    publish: (event) => events.push(event),
    tellBudget: silent,
  };
  return { rooms, events, pot };
}
