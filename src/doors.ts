import type { Registry } from 'prom-client';
import { NO_KEY_RULES } from './access/index.ts';
import type { IsRuled } from './administration/index.ts';
import { booksFacts, creditFacts } from './books-facts.ts';
import type { OpenedModels } from './composition/index.ts';
import type { Ground } from './ground.ts';
import { dependencyFacts, healthFacts, runningFacts } from './health.ts';
import { openRoutes, type RouteGroup, type RouteTable } from './http/route-group.ts';
import type { Sharing } from './limits/index.ts';
import type { Rooms } from './pipeline/index.ts';
import { keyUsage, spentBy, spentMost } from './spent-by.ts';
import { listAudit, verifyAudit } from './telemetry/index.ts';
import { version } from './version.ts';
import { type Access, type AccessOptions, overlaysOf } from './who.ts';

export type DoorsOptions = Pick<AccessOptions, 'configuration' | 'tellKeysChanged'> & {
  readonly ground: Pick<Ground, 'main' | 'log' | 'reports' | 'credits' | 'drainNow' | 'backlog' | 'openHolds'>;
  /** Prometheus' text of all local processes. */
  readonly collectMetrics: (own: Registry) => Promise<string>;
};

/** What the doors see of the process beside its rooms. */
export type Surroundings = {
  readonly registry: () => Promise<Registry>;
  readonly isReady: () => boolean;
  readonly sharing: Sharing | null;
  readonly inFlight: () => number;
  /** What this process leases and journals as. */
  readonly writer: string;
};

type Given = {
  readonly options: DoorsOptions;
  readonly rooms: Rooms;
  readonly around: Surroundings;
  readonly known: ReturnType<typeof knownTo>;
};

/** Every door but those of inference. What they are given is made here, once; a group is loaded when it is asked for. */
export function openDoors(
  options: DoorsOptions,
  rooms: Rooms,
  who: Access & Pick<OpenedModels, 'bookFor'>,
  around: Surroundings,
): RouteTable {
  const given: Given = { options, rooms, around, known: knownTo(options, rooms, who) };
  const table = openRoutes([
    ...PEOPLE_AND_MONEY.map((group) => bound(group, given)),
    ...CALLS.map((group) => bound(group, given)),
    {
      under: ['auth', 'invitation', 'sign-on', 'login', 'v2'],
      load: async () =>
        (await import('./http/sign-on/index.ts')).signOnRoutes({
          ...given.known,
          known: who.ring,
          routes: () => table.all(),
        }),
    },
    {
      under: ['openapi.json', 'docs', 'routes'],
      load: async () => {
        const { inferenceAddresses } = await import('./http/inference/routes.ts');
        return (await import('./http/reference/index.ts')).referenceRoutes(table.all, inferenceAddresses(), version);
      },
    },
  ]);
  return table;
}

type Group = {
  readonly under: readonly string[];
  readonly load: (given: Given) => ReturnType<RouteGroup['load']>;
};

function bound({ under, load }: Group, given: Given): RouteGroup {
  return { under, load: () => load(given) };
}

const PARTIES = ['team', 'organization', 'project', 'user', 'customer', 'end_user', 'tag'];

const PEOPLE_AND_MONEY: readonly Group[] = [
  {
    under: ['key', 'v2', 'team'],
    load: async ({ known }) => (await import('./http/keys/index.ts')).keyRoutes(known),
  },
  {
    under: [...PARTIES, 'v2'],
    load: async ({ known }) => (await import('./http/parties/index.ts')).partyRoutes(known),
  },
  {
    under: ['budget'],
    load: async ({ known }) => (await import('./http/budgets/index.ts')).budgetRoutes(known),
  },
  {
    under: ['reports', 'spend', 'global', 'api', ...PARTIES],
    load: async ({ known }) => (await import('./http/reports/index.ts')).reportRoutes(known),
  },
  {
    under: ['spend'],
    load: async ({ known: { reports, drainNow, keys, contents } }) =>
      (await import('./http/management/index.ts')).spendRoutes({ log: reports, drainNow, keys, contents }),
  },
  {
    under: ['audit'],
    load: async ({ options: { ground } }) =>
      (await import('./http/management/index.ts')).auditRoutes({
        read: (filter, paging) => listAudit(ground.main, filter, paging),
        verify: () => verifyAudit(ground.main),
      }),
  },
  {
    under: ['api', 'credits'],
    load: async ({ known, rooms, options: { ground } }) => {
      const { accountKeyRoutes, creditRoutes, generationRoutes } = await import('./http/account/index.ts');
      return [
        ...generationRoutes(known),
        ...accountKeyRoutes(known),
        ...creditRoutes({ ...known, ...creditFacts(ground, rooms.clock) }),
      ];
    },
  },
  {
    under: ['ledger'],
    load: async ({ known: { recording }, options, around: { inFlight, writer } }) =>
      (await import('./http/operations/index.ts')).ledgerRoutes(booksFacts(options, { writer, inFlight, recording })),
  },
  {
    under: ['config'],
    load: async ({ known: { configurationNow }, options: { ground } }) =>
      (await import('./http/operations/index.ts')).settingsRoutes(() =>
        runningFacts(configurationNow(), ground.main.kind),
      ),
  },
  { under: ['scim'], load: async ({ known }) => (await import('./http/scim/index.ts')).scimRoutes(known) },
];

const CALLS: readonly Group[] = [
  {
    under: [
      ...['model', 'model_group', 'v1', 'v2', 'public', 'credentials', 'fallback', 'access_group', 'provider'],
      ...['config', 'router', 'cost', 'spend', 'get', 'health'],
    ],
    load: async ({ known, rooms }) =>
      (await import('./http/deployments/index.ts')).deploymentRoutes(known.bookFor(rooms), rooms, known),
  },
  {
    under: ['overlay'],
    load: async ({ known, rooms: { clock } }) =>
      (await import('./http/overlays/index.ts')).overlayRoutes({ overlays: known.overlaid(), clock }),
  },
  {
    under: [
      ...['', 'v1', 'v1beta', 'v1beta1', 'v1alpha', 'api', 'openai', 'anthropic', 'gemini', 'bedrock', 'ollama'],
      ...['models', 'model', 'messages', 'responses', 'inference-profiles', 'utils'],
    ],
    load: async ({ rooms }) => (await import('./http/inference/routes.ts')).inferenceRoutes(rooms),
  },
  {
    under: ['utils'],
    load: async ({ known, rooms }) => (await import('./http/explanation/index.ts')).explainRoutes(rooms, known.keys),
  },
  {
    under: ['health', 'cache', 'metrics'],
    load: async ({ options, rooms, around, known }) => {
      const { dependencyRoutes, healthRoutes, limitRoutes, metricsRoutes } = await import('./http/operations/index.ts');
      const { encodeLaid } = await import('./http/overlays/index.ts');
      const { registry, isReady, sharing, inFlight } = around;
      const facts = async () => ({
        ...(await healthFacts(options, rooms, sharing)),
        overlays: (await known.overlaid().list()).map(encodeLaid),
      });
      return [
        ...healthRoutes(rooms, { isReady, facts }),
        ...limitRoutes(rooms),
        ...dependencyRoutes({ ...dependencyFacts(options.ground, sharing), inFlight }),
        ...metricsRoutes(async () => options.collectMetrics(await registry())),
      ];
    },
  },
];

/** What more than one group is given. */
function knownTo(options: DoorsOptions, rooms: Rooms, who: Access & Pick<OpenedModels, 'bookFor'>) {
  const isRuled: IsRuled = (kind, id) => [id, '*'].some((name) => rooms.policies().rules[kind].has(name));
  const { ground } = options;
  return {
    ...who,
    attenuation: { known: rooms.keys, otherNames: (model: string) => rooms.policies().catalog.grants(model) },
    clock: rooms.clock,
    log: ground.log,
    reports: ground.reports,
    drainNow: ground.drainNow,
    contents: {
      log: ground.reports,
      recording: who.recording,
      readers: () => rooms.policies().promptsReaders,
      mode: () => rooms.policies().prompts?.mode ?? 'off',
      flush: rooms.contents.flush,
    },
    spentBy: spentBy(rooms, ground),
    spentMost: spentMost(ground),
    usageOf: keyUsage(rooms, ground),
    isRuled,
    rules: () => rooms.policies().keyRules ?? NO_KEY_RULES,
    version,
    overlaid: () => overlaysOf(options, rooms, who),
  };
}
