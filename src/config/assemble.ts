import type {
  AllowancesConfiguration,
  Configuration,
  FactsConfiguration,
  PromptsConfiguration,
  RoutingConfiguration,
  Timeouts,
} from './configuration.ts';
import type { Draft, DraftSignOn } from './draft.ts';
import type { Flags } from './flags.ts';
import type { Reading } from './reading/reading.ts';
import { cloudVariables } from './settings/cloud-variables.ts';
import type { CredentialBook } from './settings/credential-book.ts';
import { readDatabaseUrl } from './settings/database-url.ts';
import { checkMasterKey } from './settings/master-key.ts';
import { addProvidersFromEnvironment } from './settings/providers-from-environment.ts';
import { redisUrl } from './settings/redis-url.ts';
import { serverSettings } from './settings/server-settings.ts';
import { environmentProviders, publicUrlOf } from './sign-on/environment-sign-on.ts';
import { type SignOnConfiguration, usualSessions } from './sign-on/sign-on-configuration.ts';

const TIMEOUTS: Timeouts = { connectMs: 10_000, firstByteMs: 300_000, idleMs: 300_000, totalMs: 3_600_000 };
const ROUTING: Omit<RoutingConfiguration, 'timeouts'> = {
  strategy: 'balanced',
  queue: { waitMs: 5_000, length: 1_000 },
  strategyOptions: { percentile: 'p50', latencyBuffer: 0 },
  retries: 2,
  retry: { causes: {}, models: {}, leastPauseMs: 0 },
  retryBudget: { share: 0.1, floor: 10, windowMs: 10_000 },
  maxAttempts: 5,
  maxFallbacks: 5,
  deadlineMs: null,
  hedge: null,
  cooldownMs: 5000,
  allowedFails: 3,
  priorities: null,
  affinity: { keptMs: 600_000, byKey: [] },
  clientHeaders: [],
  tagging: 'off',
  breaker: { sample: 20, errorShare: 0.5, windowMs: 60_000, longestRestMs: 60_000, allowedFails: {} },
  probes: null,
  defaultFallbacks: [],
  fallbacksOfAll: {},
  unsupported: 'drop',
  unfitAnswers: 'pass',
};
const NO_RULES = { budgets: [], limits: [] };
const ALLOWANCES: AllowancesConfiguration = {
  timeZone: 'UTC',
  gateway: NO_RULES,
  key: NO_RULES,
  keyModels: {},
  users: {},
  teams: {},
  projects: {},
  organizations: {},
  customers: {},
  lowBalance: { usd: null, share: 0.2 },
  customerBudgetId: null,
  tags: {},
  providers: {},
  deployments: {},
};
const PROMPTS: PromptsConfiguration = { mode: 'off', teams: {}, maxBytes: 262_144, readers: 'own' };
const PROMPTS_KEPT_MS = 30 * 86_400_000;
const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;

const DB_WITHOUT_POSTGRES =
  'the journal mode db needs Postgres (DATABASE_URL): SQLite is on the same disk as the journal; local-sync survives the loss of power';

/** LiteLLM hides what it stores under its salt key, or under its master key where it has none. */
function litellmKeys({ masterKey }: Draft, reading: Reading): readonly string[] {
  const [salt, master] = [reading.secret('LITELLM_SALT_KEY'), reading.secret('LITELLM_MASTER_KEY')];
  return [salt, master, masterKey].flatMap((secret) => secret?.value ?? []);
}

/** Lays environment and flags over what the file says, and defaults under it. */
export function assemble(draft: Draft, flags: Flags, book: CredentialBook, reading: Reading): Configuration {
  const server = serverSettings(draft.server, flags, reading);
  addProvidersFromEnvironment(book, flags.providers ?? [], draft.sandbox, reading);
  const masterKey = reading.firstSecret('WAYBILL_MASTER_KEY', 'LITELLM_MASTER_KEY') ?? draft.masterKey;
  const secretKey = reading.firstSecret('WAYBILL_SECRET_KEY', 'LITELLM_SALT_KEY')?.value ?? draft.secretKey;
  checkMasterKey(masterKey, server.host, reading);
  const databaseUrl = databaseUrlOf(draft, reading);
  const redis = redisUrl(reading) ?? draft.redisUrl;
  noticeIdleTags(draft, book, reading);
  if (server.journal === 'db' && databaseUrl === null) reading.fault(null, DB_WITHOUT_POSTGRES);
  if (databaseUrl !== null) requireKeys(masterKey !== null, secretKey !== null, reading);
  return freeze({
    server,
    secrets: {
      masterKey,
      secretKey,
      newSecretKey: reading.secret('WAYBILL_NEW_SECRET_KEY'),
      litellmKeys: litellmKeys(draft, reading),
    },
    store: { databaseUrl, redisUrl: redis },
    network: {
      ca: draft.ca,
      httpProxy: eitherCase('HTTP_PROXY', reading) ?? draft.httpProxy,
      httpsProxy: eitherCase('HTTPS_PROXY', reading) ?? draft.httpsProxy,
      noProxy: eitherCase('NO_PROXY', reading) ?? draft.noProxy,
      privateHosts: privateHosts(draft, reading),
    },
    credentials: book.all,
    cloudVariables: book.hasCloud ? cloudVariables(reading) : {},
    models: draft.models,
    routing: {
      ...ROUTING,
      ...draft.routing,
      breaker: { ...ROUTING.breaker, ...draft.breaker },
      timeouts: { ...TIMEOUTS, ...draft.timeouts },
    },
    allowances: { ...ALLOWANCES, ...draft.allowances },
    keys: { defaults: {}, upperBounds: {}, ...draft.keys },
    newUsers: { role: 'internal_user', models: [], ...draft.newUsers },
    managed: draft.managed,
    signOn: signOnOf(draft.signOn, reading),
    tokens: { ...draft.tokens, directory: directoryToken(draft, reading) },
    requestLog: draft.requestLog ?? 'on',
    requestLogKeptMs: draft.requestLogKeptMs,
    prompts: { ...PROMPTS, ...draft.prompts },
    promptsKeptMs: draft.promptsKeptMs ?? PROMPTS_KEPT_MS,
    logLevel: logLevel(reading) ?? draft.logLevel ?? 'info',
    budgetExceededStatus: draft.budgetExceededStatus ?? 402,
    enforcedParams: draft.enforcedParams,
    notices: [...reading.notices],
    // After all that asks for variables.
    source: {
      schema: draft.schema,
      files: [...reading.files],
      declared: draft.declared,
      flags: givenFlags(flags),
      variables: [...reading.used],
    },
  });
}

function givenFlags(flags: Flags): readonly string[] {
  return Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}`]));
}

/** A provider of a file before one of the environment. */
function signOnOf({ publicUrl, sessions, providers = [] }: DraftSignOn, reading: Reading): SignOnConfiguration {
  const others = environmentProviders(reading).filter(({ id }) => !providers.some((own) => own.id === id));
  return {
    publicUrl: publicUrl ?? publicUrlOf(reading),
    sessions: { ...usualSessions, ...sessions },
    providers: [...providers, ...others],
  };
}

/** Whoever tags deployments wants them chosen by it: nobody should find out by a bill that they were not. */
function noticeIdleTags({ routing, schema, models }: Draft, book: CredentialBook, reading: Reading): void {
  const isTagged = ({ facts }: { readonly facts?: FactsConfiguration }) => (facts?.tags ?? []).length > 0;
  if ((routing.tagging ?? ROUTING.tagging) !== 'off') return;
  if (!models.some(({ deployments }) => deployments.some(isTagged)) && !book.all.some(isTagged)) return;
  const setting = schema === 'litellm' ? 'router_settings.enable_tag_filtering' : 'routing.tags';
  reading.notices.push(`tags of deployments choose nothing: ${setting} is off`);
}

const LEAST_TOKEN = 32;

function directoryToken({ tokens }: Draft, reading: Reading): string | null {
  const { value, from } = reading.secret('WAYBILL_SCIM_TOKEN') ?? { value: tokens.directory, from: 'scim.token' };
  if (value !== null && !(value.length >= LEAST_TOKEN && /^[\x21-\x7e]+$/.test(value)))
    reading.fault(
      null,
      `${from}: expected ${LEAST_TOKEN} letters at least, such as the output of: openssl rand -hex 32`,
    );
  return value;
}

function databaseUrlOf(draft: Draft, reading: Reading): string | null {
  const given = reading.secret('DATABASE_URL');
  if (given !== null) return readDatabaseUrl(given.value, given.from, reading);
  return draft.databaseUrl === null ? null : readDatabaseUrl(draft.databaseUrl, 'database_url', reading);
}

/** Several machines may share a database: a key that one of them made for itself would be unknown to the others. */
function requireKeys(hasMasterKey: boolean, hasSecretKey: boolean, reading: Reading): void {
  if (!hasMasterKey) reading.fault(null, 'WAYBILL_MASTER_KEY is not set: with Postgres the master key must be given');
  if (!hasSecretKey) reading.fault(null, 'WAYBILL_SECRET_KEY is not set: with Postgres the secret key must be given');
}

/** A LiteLLM file has no place for them. */
function privateHosts(draft: Draft, reading: Reading): readonly string[] {
  const given = reading.variable('WAYBILL_PRIVATE_HOSTS');
  const hosts = given === null ? draft.privateHosts : given.split(',');
  return hosts.map((host) => host.trim().toLowerCase()).filter((host) => host !== '');
}

function eitherCase(name: string, reading: Reading): string | null {
  return reading.variable(name) ?? reading.variable(name.toLowerCase());
}

function logLevel(reading: Reading): Configuration['logLevel'] | null {
  const given = reading.variable('LOG_LEVEL');
  if (given === null) return null;
  const word = given.toLowerCase();
  const level = LOG_LEVELS.find((known) => known === (word === 'warning' ? 'warn' : word));
  if (level === undefined) reading.fault(null, `LOG_LEVEL: expected one of ${LOG_LEVELS.join(', ')}, got '${given}'`);
  return level ?? null;
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const child of Object.values(value)) freeze(child);
  }
  return value;
}
