import type { Deployment, Model } from '../../catalog/index.ts';
import { GatewayError, type GatewayErrorCode } from '../../inference/index.ts';
import { type Availability, availabilityOf, type Excluded, type Plan, type PlanInput } from '../../routing/index.ts';
import type { Rooms } from '../rooms.ts';
import { inputOfEmpty } from './make-plan.ts';

/** As many deployments as a message names. */
const NAMED = 8;

/**
 * What the caller is told where the plan has nobody to try, or (null) had some of whom none could take the call.
 * `freeInMs`: until a rate lets the next call through; null: nobody knows.
 */
export function unavailableError(
  model: Model,
  made: Plan | null,
  rooms: Pick<Rooms, 'clock' | 'health'>,
  freeInMs: number | null = null,
): GatewayError {
  const input = made === null ? null : inputOfEmpty(made);
  if (made === null || input === null) return noRoom(model, freeInMs);
  const { excluded } = made;
  const found = availabilityOf(made, input);
  const resting = excluded.filter(({ by }) => by === 'cooldown');
  const { code, message } =
    resting.length > 0 ? whileResting(model, resting, made, found, rooms) : whyNone(model, excluded, found, input);
  return new GatewayError(code, message, {
    retryAfterMs: found.retryAfterMs ?? undefined,
    param: PARAMS[found.constraint?.field ?? ''],
    metadata: { excluded: excluded.map(told) },
    availability: wordsOf(found, model),
  });
}

function noRoom(model: Model, freeInMs: number | null): GatewayError {
  return new GatewayError(
    'no_deployment',
    `No deployment of '${model.name}' can take this call now: each is at a limit of its own, or beyond the budget.`,
    {
      retryAfterMs: freeInMs ?? undefined,
      metadata: { deployments: model.deployments.map(({ id }) => id) },
      availability: {
        code: 'capacity_exhausted',
        retryable: true,
        requested_models: [model.name],
        affected_providers: [...new Set(model.deployments.map(({ provider }) => provider))],
        fallback_models: fallbackNames(model),
      },
    },
  );
}

/** Fields of ours that stand in the body under that name, whatever the dialect. */
const PARAMS: Readonly<Partial<Record<string, string>>> = { messages: 'messages' };

type Words = { readonly code: GatewayErrorCode; readonly message: string };

function whileResting(
  model: Model,
  resting: readonly Excluded[],
  { excluded }: Plan,
  { retryAfterMs }: Availability,
  rooms: Pick<Rooms, 'clock' | 'health'>,
): Words {
  const nowMs = rooms.clock.monotonicMs();
  const causes = new Set(resting.map(({ deployment }) => rooms.health.standing(deployment, nowMs).cause));
  if (causes.size === 1 && causes.has('credential')) {
    const message = `The upstreams of '${model.name}' do not accept the operator's credentials; ask the operator of this gateway.`;
    return { code: 'upstream_credential', message };
  }
  const isLimited = causes.has('rate_limit');
  const which = resting.length === excluded.length ? '' : ' that may serve this request';
  const why = isLimited ? 'its provider limits the rate' : 'it failed too often';
  const back = `the first is back in ${Math.ceil(retryAfterMs ?? 0)} ms`;
  return {
    code: isLimited ? 'rate_limit_exceeded' : 'no_deployment',
    message: `Every deployment of '${model.name}'${which} rests because ${why}; ${back}.`,
  };
}

function whyNone(model: Model, excluded: readonly Excluded[], found: Availability, input: PlanInput): Words {
  const longest = excluded.filter(({ by }) => by === 'context_length').map(({ deployment }) => deployment);
  const others = excluded.filter(({ by }) => by !== 'context_length' && by !== 'operation');
  if (longest.length > 0 && others.length === 0) return promptTooLong(longest, input);
  if (excluded.length > 0 && excluded.every(({ by }) => by === 'access')) {
    const reason = excluded[0]?.reason ?? '';
    return { code: 'missing_credential', message: `No deployment of '${model.name}' may be called: ${reason}.` };
  }
  const isSwitched = excluded.some(({ by }) => by === 'overlay');
  const listed = excluded.slice(0, NAMED).map((left) => `${labelOf(left.deployment)}: ${left.reason}`);
  const more = excluded.length > NAMED ? `; and ${excluded.length - NAMED} more` : '';
  const left = listed.length === 0 ? 'It has none.' : `Left out: ${listed.join('; ')}${more}.`;
  return {
    // What the operator has switched off for a while is no fault of the request.
    code: isSwitched ? 'no_deployment' : 'no_matching_deployment',
    message: `No deployment of '${model.name}' can serve this request. ${left}${hint(found)}`,
  };
}

/** In OpenAI's words: clients look for them before they shorten a conversation. */
function promptTooLong(deployments: readonly Deployment[], { needs }: PlanInput): Words {
  const window = Math.max(...deployments.map(({ contextWindow }) => contextWindow ?? 0));
  const message =
    `This model's maximum context length is ${window} tokens. However, your messages resulted in at least ` +
    `${needs().inputTokens} tokens. Please reduce the length of the messages.`;
  return { code: 'context_length_exceeded', message };
}

function hint({ nearest }: Availability): string {
  if (nearest === null || nearest.field === 'messages') return '';
  const names = [...new Set(nearest.deployments.map(labelOf))].slice(0, NAMED);
  return ` Without ${nearest.field} it would be served by ${names.join(', ')}.`;
}

function labelOf({ credential, upstreamModel }: Deployment): string {
  return `${credential}/${upstreamModel}`;
}

function told({ deployment, model, by, field, reason }: Excluded): Readonly<Record<string, unknown>> {
  const { id, provider, credential, upstreamModel } = deployment;
  const who = { deployment: id, provider, credential, upstream_model: upstreamModel, model: model.name };
  return { ...who, excluded_by: by, ...(typeof field === 'string' ? { field } : {}), reason };
}

/** OpenRouter's `error.availability`, with what would be nearest to it. */
function wordsOf(found: Availability, model: Model): Readonly<Record<string, unknown>> {
  const { code, isRetryable, retryAfterMs, models, providers, excludedBy, constraint, nearest } = found;
  return {
    code,
    retryable: isRetryable,
    retry_after: retryAfterMs === null ? null : Math.ceil(retryAfterMs / 1000),
    requested_models: models,
    affected_providers: providers,
    excluded_by: excludedBy,
    constraint,
    nearest: nearest === null ? null : { without: nearest.field, reason: nearest.reason, ...served(nearest) },
    fallback_models: fallbackNames(model),
  };
}

function served({ deployments }: NonNullable<Availability['nearest']>): Readonly<Record<string, unknown>> {
  return {
    served_by: deployments.map(({ id, provider, credential, upstreamModel }) => ({
      deployment: id,
      provider,
      credential,
      upstream_model: upstreamModel,
    })),
  };
}

function fallbackNames({ fallbacks }: Model): readonly string[] {
  return [...new Set(Object.values(fallbacks).flat())];
}
