import type { KeyRules } from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { parseTimeWindow } from '../../std/index.ts';
import { durationMs } from '../management/duration.ts';
import { generateKeyBody, type KeyFields, type NewKeyBody } from './contract-key.ts';

type Bounded = 'duration' | 'budget_duration' | 'max_budget' | 'tpm_limit' | 'rpm_limit' | 'max_parallel_requests';

const DAY_MS = 86_400_000;
const UNITS_MS: Readonly<Record<string, number>> = { span: 1, day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS };

/** By what a field is compared with its bound. */
const MEASURES: Readonly<Record<Bounded, (value: unknown) => number>> = {
  duration: (text) => durationMs(String(text)) ?? Number.POSITIVE_INFINITY,
  budget_duration: (text) => {
    const window = parseTimeWindow(String(text));
    return window === null
      ? Number.POSITIVE_INFINITY
      : window.count * (UNITS_MS[window.unit] ?? Number.POSITIVE_INFINITY);
  },
  max_budget: Number,
  tpm_limit: Number,
  rpm_limit: Number,
  max_parallel_requests: Number,
};

const BOUNDED = Object.keys(MEASURES) as readonly Bounded[];

/** Puts the configured defaults where a new key's request says nothing, and the bounds where nobody does. */
export function withRules(body: NewKeyBody, { defaults, upperBounds }: KeyRules): NewKeyBody {
  const [usual, bounds] = [configured('default_key_generate_params', defaults), configured(BOUNDS, upperBounds)];
  const asked = { ...usual, ...definedIn(body) };
  refuseAbove(asked, { defaults, upperBounds });
  return { ...bounds, ...definedIn(asked) };
}

const BOUNDS = 'upperbound_key_generate_params';

/** Throws a GatewayError (400), in LiteLLM's words. A field that is left out is under its bound. */
export function refuseAbove(asked: Partial<KeyFields>, { upperBounds }: KeyRules): void {
  const bounds: Readonly<Record<string, unknown>> = configured(BOUNDS, upperBounds);
  const values: Readonly<Record<string, unknown>> = asked;
  for (const name of BOUNDED) {
    const [value, bound] = [values[name], bounds[name]];
    if (value === undefined || bound === undefined) continue;
    if (value !== null && MEASURES[name](value) <= MEASURES[name](bound)) continue;
    const shown = value === null ? 'none' : name === 'max_budget' ? Number(value) / 1e9 : value;
    throw new GatewayError(
      'invalid_request',
      `${name} is over max limit set in config - user_value=${shown}; max_value=${upperBounds[name]}`,
      { param: name },
    );
  }
}

/** LiteLLM takes null and an empty list of models for nothing said. */
function definedIn<Fields extends Readonly<Record<string, unknown>>>(fields: Fields): Fields {
  const isSaid = ([, value]: readonly [string, unknown]): boolean =>
    value !== undefined && value !== null && !(Array.isArray(value) && value.length === 0);
  return Object.fromEntries(Object.entries(fields).filter(isSaid)) as Fields;
}

/** Of the configuration, by the rules of a request. */
function configured(setting: string, fields: Readonly<Record<string, unknown>>): Partial<NewKeyBody> {
  const read = generateKeyBody.safeParse(fields);
  if (read.success) return definedIn(read.data);
  const [issue] = read.error.issues;
  throw new GatewayError('invalid_request', `${setting}: ${issue?.path.join('.')}: ${issue?.message}`, {
    param: issue?.path.join('.'),
  });
}
