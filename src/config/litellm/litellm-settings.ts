import { MEMBER_PATH } from '../../std/index.ts';
import type { Configuration, RetryConfiguration, Secret } from '../configuration.ts';
import { type Draft, emptyDraft, given } from '../draft.ts';
import { litellmAffinity } from '../litellm-routing/litellm-affinity.ts';
import { litellmClientHeaders } from '../litellm-routing/litellm-client-headers.ts';
import { litellmProbes } from '../litellm-routing/litellm-probes.ts';
import { type ConfigurationNode, formatPlace, isList } from '../reading/configuration-node.ts';
import { durationMs } from '../reading/duration.ts';
import type { Reading } from '../reading/reading.ts';
import { redisUrlOf } from '../settings/redis-url.ts';
import { type StrategyName, strategies } from '../settings/strategies.ts';
import { litellmAllowances } from './litellm-allowances.ts';
import { litellmTimeouts } from './litellm-deployment.ts';
import type { LitellmFallbacks } from './litellm-fallbacks.ts';
import { litellmKeys } from './litellm-keys.ts';
import { litellmNewUsers } from './litellm-new-users.ts';
import { litellmPriorities } from './litellm-priorities.ts';
import { litellmRetries } from './litellm-retries.ts';
import { LitellmSection } from './litellm-section.ts';
import { notHonoured } from './litellm-unsupported.ts';

export type LitellmSections = {
  readonly litellm: LitellmSection;
  readonly router: LitellmSection;
  readonly general: LitellmSection;
};

const STATUSES: readonly Configuration['budgetExceededStatus'][] = [400, 402, 422, 429];
const MEBIBYTE = 1024 * 1024;
const MAX_RETRIES = 10;
const USUAL_ATTEMPTS = 5;

/** The settings of a LiteLLM file; where router and library both speak, the router's hold. */
export function litellmSettings(sections: LitellmSections, fallbacks: LitellmFallbacks, reading: Reading): Draft {
  const { litellm, router, general } = sections;
  const megabytes = general.decimal('max_request_size_mb', 0);
  return {
    ...emptyDraft,
    schema: 'litellm',
    server: given({ maxBodyBytes: megabytes === null ? null : Math.ceil(Number(megabytes) * MEBIBYTE) }),
    masterKey: masterKeyOf(general),
    databaseUrl: general.text('database_url'),
    redisUrl: redisOf(router),
    ca: certificates(litellm, reading),
    routing: routingOf(sections, fallbacks, reading),
    breaker: breakerOf(router, reading),
    allowances: litellmAllowances(sections, reading),
    keys: litellmKeys(litellm, reading),
    newUsers: litellmNewUsers(litellm, reading),
    timeouts: litellmTimeouts(
      router.milliseconds('timeout') ?? litellm.milliseconds('request_timeout'),
      router.milliseconds('stream_timeout'),
    ),
    requestLog: general.flag('disable_spend_logs') === true ? 'off' : null,
    requestLogKeptMs: keptIn(general, reading),
    prompts: promptsOf(litellm, general),
    promptsKeptMs: keptIn(general, reading),
    budgetExceededStatus: statusOf(litellm, reading),
    enforcedParams: enforcedParamsOf(general, reading),
  };
}

/** What LiteLLM stores it stores whole, unless all that it tells others is redacted. */
function promptsOf(litellm: LitellmSection, general: LitellmSection): Draft['prompts'] {
  if (general.flag('store_prompts_in_spend_logs') !== true) return {};
  return { mode: litellm.flag('turn_off_message_logging') === true ? 'redacted' : 'full' };
}

function keptIn(general: LitellmSection, reading: Reading): number | null {
  const key = 'maximum_spend_logs_retention_period';
  const [text, node] = [general.text(key), general.node(key)];
  if (text === null || node === null) return null;
  const ms = durationMs(text);
  if (ms === null)
    reading.fault(node.place, `${general.name}.${key}: expected a time such as 24h or 30d, got '${text}'`);
  return ms;
}

function routingOf(sections: LitellmSections, fallbacks: LitellmFallbacks, reading: Reading): Draft['routing'] {
  const { litellm, router } = sections;
  const retries = router.count('num_retries') ?? litellm.count('num_retries');
  const retry = litellmRetries(router, reading);
  const cooldownMs = router.milliseconds('cooldown_time') ?? litellm.milliseconds('cooldown_time');
  return given({
    strategy: strategyOf(router, reading),
    strategyOptions: strategyOptionsOf(router, reading),
    queue: queueOf(router),
    priorities: litellmPriorities(litellm, reading),
    retries: retries === null ? null : Math.min(retries, MAX_RETRIES),
    retry,
    maxAttempts: Math.max(
      USUAL_ATTEMPTS,
      Math.min(retries ?? 0, MAX_RETRIES) + 1,
      ...retriesOf(retry).map((count) => count + 1),
    ),
    maxFallbacks: router.count('max_fallbacks'),
    cooldownMs: router.flag('disable_cooldowns') === true ? 0 : cooldownMs,
    allowedFails: oneMore(router.count('allowed_fails') ?? litellm.count('allowed_fails')),
    probes: litellmProbes(sections, reading),
    clientHeaders: litellmClientHeaders(sections, reading),
    tagging: taggingOf(router),
    affinity: litellmAffinity(router, reading),
    defaultFallbacks: fallbacks.defaults,
    fallbacksOfAll: fallbacks.ofAll,
    unsupported: unsupportedOf(litellm),
    unfitAnswers: litellm.flag('enable_json_schema_validation') === true ? 'fail' : null,
  });
}

/** LiteLLM has no bound of its own on attempts: ours must not be below its retries. */
function retriesOf(retry: RetryConfiguration | null): readonly number[] {
  return retry === null
    ? []
    : [retry.causes, ...Object.values(retry.models)].flatMap((counts) => Object.values(counts));
}

/** LiteLLM's default is that one tag in common is enough. */
function taggingOf(router: LitellmSection): 'any' | 'all' | null {
  if (router.flag('enable_tag_filtering') !== true) return null;
  return router.flag('tag_filtering_match_any') === false ? 'all' : 'any';
}

/** LiteLLM allows so many; the next one rests the deployment. */
function oneMore(allowed: number | null): number | null {
  return allowed === null ? null : allowed + 1;
}

/** Its classes of exceptions by our kinds; the others are the caller's own faults, which never count. */
const ALLOWANCES = {
  timeout: 'TimeoutErrorAllowedFails',
  rate_limit: 'RateLimitErrorAllowedFails',
  credential: 'AuthenticationErrorAllowedFails',
  error: 'InternalServerErrorAllowedFails',
} as const;
const NEVER_COUNTED = ['BadRequestErrorAllowedFails', 'ContentPolicyViolationErrorAllowedFails'];

function breakerOf(router: LitellmSection, reading: Reading): Draft['breaker'] {
  const node = router.node('allowed_fails_policy');
  if (node === null) return {};
  const policy = new LitellmSection('router_settings.allowed_fails_policy', node, reading);
  for (const [name, entry] of policy.entries) {
    const isKnown = (Object.values(ALLOWANCES) as readonly string[]).includes(name);
    if (isKnown || entry.value === null) continue;
    const why = NEVER_COUNTED.includes(name)
      ? "the caller's own faults never rest a deployment"
      : 'it is not known here';
    reading.notices.push(notHonoured(`${policy.name}.${name}`, entry.keyPlace ?? entry.place, why));
  }
  const allowed = Object.entries(ALLOWANCES).map(([kind, name]) => [kind, oneMore(policy.count(name))] as const);
  return { allowedFails: given(Object.fromEntries(allowed)) };
}

function strategyOf(router: LitellmSection, reading: Reading): StrategyName {
  const name = router.text('routing_strategy');
  const node = router.entries.get('routing_strategy');
  if (name === null || node === undefined) return 'weighted';
  const strategy = strategies.find((candidate) => (candidate.litellm as readonly string[]).includes(name));
  if (strategy !== undefined) return strategy.name;
  reading.notices.push(
    notHonoured(
      'router_settings.routing_strategy',
      node.keyPlace ?? node.place,
      `'${name}' is not known here; weighted takes its place`,
    ),
  );
  return 'weighted';
}

/** `lowest_latency_buffer` is the share above the lowest latency within which LiteLLM draws. */
function queueOf(router: LitellmSection): Configuration['routing']['queue'] | null {
  const usualPriority = router.count('default_priority');
  return usualPriority === null ? null : { waitMs: 5_000, length: 1_000, usualPriority };
}

function strategyOptionsOf(
  router: LitellmSection,
  reading: Reading,
): Configuration['routing']['strategyOptions'] | null {
  const node = router.node('routing_strategy_args');
  if (node === null) return null;
  const args = new LitellmSection('router_settings.routing_strategy_args', node, reading);
  const buffer = args.decimal('lowest_latency_buffer', 0);
  for (const [key, { keyPlace, place }] of args.entries) {
    if (key === 'lowest_latency_buffer') continue;
    reading.notices.push(notHonoured(`${args.name}.${key}`, keyPlace ?? place, 'latencies are those of five minutes'));
  }
  return { percentile: 'p50', latencyBuffer: Number(buffer ?? 0) };
}

/** LiteLLM raises unless it is told to drop; what nobody said anything about is dropped here, and told in a header. */
function unsupportedOf(litellm: LitellmSection): 'drop' | 'reject' | null {
  const drops = litellm.flag('drop_params');
  return drops === null ? null : drops ? 'drop' : 'reject';
}

/** Whether `rpm` and `tpm` of deployments are limits: LiteLLM's usage-based strategies make them so, and reservations. */
export function ratesAreLimits({ router, litellm }: Pick<LitellmSections, 'router' | 'litellm'>): boolean {
  if (litellm.node('priority_reservation') !== null) return true;
  return String(router.entries.get('routing_strategy')?.value ?? '').startsWith('usage-based-routing');
}

function masterKeyOf(general: LitellmSection): Secret | null {
  const value = general.text('master_key');
  const node = general.entries.get('master_key');
  return value === null || node === undefined
    ? null
    : { value, from: `general_settings.master_key (${formatPlace(node.place)})` };
}

function redisOf(router: LitellmSection): string | null {
  const url = router.text('redis_url');
  const host = router.text('redis_host');
  if (url !== null || host === null) return url;
  return redisUrlOf(host, router.text('redis_port'), router.text('redis_password'));
}

function statusOf(litellm: LitellmSection, reading: Reading): Configuration['budgetExceededStatus'] | null {
  const code = litellm.count('budget_exceeded_status_code');
  const status = STATUSES.find((candidate) => candidate === code) ?? null;
  const node: ConfigurationNode | undefined = litellm.entries.get('budget_exceeded_status_code');
  if (code !== null && status === null && node !== undefined) {
    reading.fault(
      node.place,
      `litellm_settings.budget_exceeded_status_code: expected one of ${STATUSES.join(', ')}, got ${code}`,
    );
  }
  return status;
}

/** `ssl_verify` is a bundle of roots, or false. */
function certificates(litellm: LitellmSection, reading: Reading): readonly string[] {
  const node = litellm.node('ssl_verify');
  if (node === null || node.value === true || String(node.value).toLowerCase() === 'true') return [];
  if (node.value === false || String(node.value).toLowerCase() === 'false') {
    reading.notices.push(
      notHonoured(
        'litellm_settings.ssl_verify',
        node.keyPlace ?? node.place,
        'certificates are always verified; network.ca adds roots',
      ),
    );
    return [];
  }
  const path = String(node.value);
  const read = reading.readText(reading.resolvePath(path, reading.cwd));
  if (read.ok) return [read.text];
  reading.fault(node.place, `litellm_settings.ssl_verify: cannot read ${path}: ${read.reason}`);
  return [];
}

/** What the body of every call must have: `enforced_params`, and `user` where `enforce_user_param` says so. */
function enforcedParamsOf(general: LitellmSection, reading: Reading): readonly string[] {
  const user = general.flag('enforce_user_param') === true ? ['user'] : [];
  const node = general.node('enforced_params');
  if (node === null) return user;
  const items = isList(node.value) ? node.value.map(({ value }) => value) : null;
  const names = items?.filter((value) => typeof value === 'string').filter((name) => MEMBER_PATH.test(name));
  if (items === null || names?.length !== items.length) {
    const expected = 'expected a list of names such as user or metadata.ticket';
    reading.fault(node.place, `${general.name}.enforced_params: ${expected}`);
  }
  return [...new Set([...user, ...(names ?? [])])];
}
