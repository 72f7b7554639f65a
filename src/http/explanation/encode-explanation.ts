import type { Deployment } from '../../catalog/index.ts';
import type { CallExplanation } from '../../pipeline/index.ts';
import { noPreferences, type Preferences } from '../../routing/index.ts';
import { usdFromNano } from '../../std/index.ts';

type Place = CallExplanation['candidates'][number];
type LeftOut = CallExplanation['excluded'][number];
type Encoded = Readonly<Record<string, unknown>>;

export type ExplanationReader = {
  /** The operator's credentials are the operator's to see. */
  readonly seesCredentials: boolean;
  readonly nowMs: number;
  /** What was learned of how many calls a deployment takes at once; null: nothing. */
  readonly learnedParallel: (circuit: string) => number | null;
};

/** How a call would be routed, for a reader of JSON: amounts in USD, prices in USD per million tokens, times in milliseconds. */
export function encodeExplanation(explained: CallExplanation, reader: ExplanationReader): Encoded {
  const { exchange, key, model, refusal, needs, expected } = explained;
  return {
    object: 'routing.explanation',
    path: exchange.path,
    dialect: exchange.dialect.id,
    stream: exchange.request?.stream === true,
    caller: { key_id: key.caller.keyId, key_alias: key.caller.keyAlias },
    model: { requested: exchange.request?.model ?? null, name: model.name, resolved_by: model.resolvedBy },
    strategy: explained.strategy,
    session: exchange.sessionId,
    preferences: encodePreferences(exchange.preferences),
    needs: inSnakeCase(needs),
    expected: { input_tokens: expected.inputTokens, output_tokens: expected.outputTokens },
    candidates: explained.candidates.map((each, index) => ({ position: index + 1, ...encodePlace(each, reader) })),
    excluded: explained.excluded.map((each) => ({
      ...encodePlace(each, reader),
      by: each.by,
      field: each.field ?? null,
      objections: each.objections,
    })),
    fallbacks: explained.fallbacks,
    hold: encodeHold(explained),
    refusal: refusal === null ? null : { status: refusal.status, code: refusal.code, message: refusal.message },
  };
}

/** Those that say something. */
function encodePreferences(preferences: Preferences): Encoded {
  const said = Object.entries(preferences).filter(
    ([name, value]) => JSON.stringify(plain(value)) !== JSON.stringify(plain(noPreferences[name as keyof Preferences])),
  );
  return inSnakeCase(Object.fromEntries(said));
}

function inSnakeCase(members: Encoded): Encoded {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [snakeCased(name), plain(value)]));
}

/** JSON has no integers of that size: picodollars of a highest price. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plain(each)]));
}

function snakeCased(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function encodePlace(place: Place | LeftOut, { seesCredentials, nowMs, learnedParallel }: ExplanationReader): Encoded {
  const { deployment, model, reason, standing, stats, load, price, expectedCost } = place;
  return {
    deployment: deployment.id,
    provider: deployment.provider,
    ...(seesCredentials ? { credential: deployment.credential } : {}),
    model: model.name,
    upstream_model: deployment.upstreamModel,
    ...(deployment.tier === undefined ? {} : { service_tier: deployment.tier }),
    region: deployment.region,
    reason,
    priority: deployment.priority,
    weight: deployment.weight,
    price: price === null ? null : mapPrice(price),
    expected_cost_usd: expectedCost === null ? null : Number(expectedCost) / 1e12,
    standing: {
      state: standing.state,
      cause: standing.cause,
      for_ms: standing.state === 'open' ? Math.max(0, Math.ceil(standing.untilMs - nowMs)) : 0,
    },
    in_flight: load.inFlight,
    limits: encodeLimits(deployment, load, learnedParallel(deployment.circuit)),
    stats: {
      uptime_last_5m: stats.uptime5m,
      uptime_last_30m: stats.uptime30m,
      uptime_last_1d: stats.uptime1d,
      first_byte_ms: stats.firstByteMs,
      throughput: stats.throughput,
      peak_ewma_ms: stats.peakEwmaMs,
      last_failure_ms_ago: stats.lastFailureMs === null ? null : Math.round(nowMs - stats.lastFailureMs),
    },
  };
}

/** Picodollars a unit are USD per million units, times a million. */
function mapPrice({ input, output, request }: NonNullable<Place['price']>): Encoded {
  return { input: Number(input) / 1e6, output: Number(output) / 1e6, request: Number(request) / 1e12 };
}

/** Those that there are: what they allow, and what of it is used. */
function encodeLimits({ limits }: Deployment, load: Place['load'], learned: number | null): Encoded {
  return {
    ...(limits.rpm === null ? {} : { rpm: { limit: limits.rpm, used: load.requests } }),
    ...(limits.tpm === null ? {} : { tpm: { limit: limits.tpm, used: load.tokens } }),
    ...(limits.parallel === null ? {} : { parallel: { limit: limits.parallel, used: load.inFlight } }),
    ...(learned === null ? {} : { learned_parallel: { limit: learned, used: load.inFlight } }),
  };
}

function encodeHold({ hold: { asked, budget, outcome, maxOutputTokens } }: CallExplanation): Encoded {
  return {
    outcome,
    asked_usd: asked === null ? null : usdFromNano(asked),
    max_output_tokens: maxOutputTokens,
    budget:
      budget === null
        ? null
        : {
            rule: budget.pot,
            limit_usd: budget.limit / 1e9,
            used_usd: budget.used / 1e9,
            held_usd: budget.held / 1e9,
            free_usd: budget.free / 1e9,
          },
  };
}
