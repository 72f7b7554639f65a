import { mayUseModel, type OtherNames, type StatedTerms } from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { ALL_TIME, parseTimeWindow, usdFromNano } from '../../std/index.ts';
import type { Ceiling } from './ceilings.ts';

/** As it is to be. */
export type Held = StatedTerms & {
  readonly models: readonly string[];
  readonly expiresAtMs?: number | null | undefined;
};

/** Which of its members are looked at, what the caller knows them by, and by what else a model may be let through. */
export type Looking = {
  readonly members: ReadonlySet<string>;
  readonly fieldOf: (member: string) => string;
  readonly otherNames: (model: string) => OtherNames;
};

/** Throws a GatewayError (403) that names the field, what was asked and the ceiling. */
export function refuseWider(held: Held, ceiling: Ceiling, looking: Looking): void {
  for (const measure of measuresOf(held, ceiling)) {
    const member = measure.members.find((each) => looking.members.has(each));
    if (member !== undefined && isAbove(measure, ceiling)) refuse(looking.fieldOf(member), measure, ceiling);
  }
  if (looking.members.has('models')) refuseModels(held.models, ceiling, looking);
}

/** `bound`: null: none. `unit` is how both are shown. */
type Measure = {
  /** The first of them that is looked at is told. */
  readonly members: readonly string[];
  readonly asked: bigint | number | null;
  readonly bound: bigint | number | null;
  readonly unit: keyof typeof UNITS;
};

const UNITS = {
  usd: (amount: bigint | number) => `${usdFromNano(BigInt(amount))} USD`,
  count: String,
  end: (ms: bigint | number) => `an end at ${new Date(Number(ms)).toISOString()}`,
} as const;

/** Of the key that asks, nothing said is more than what it has; below others it is under what they have anyway. */
function isAbove({ asked, bound }: Measure, { asking }: Ceiling): boolean {
  if (bound === null) return false;
  return asked === null ? asking !== null : asked > bound;
}

function refuse(param: string, { asked, bound, unit }: Measure, { whose }: Ceiling): never {
  const [wanted, most] = [asked, bound].map((amount) => (amount === null ? 'none' : UNITS[unit](amount)));
  throw new GatewayError('permission_denied', `'${param}' cannot be ${wanted}: ${whose} has ${most}.`, { param });
}

function measuresOf(held: Held, ceiling: Ceiling): readonly Measure[] {
  const { terms } = held;
  const { terms: bounds } = ceiling;
  return [
    ...amountMeasures(held, ceiling),
    { members: ['rpmLimit'], asked: held.rpmLimit, bound: ceiling.rpmLimit, unit: 'count' },
    { members: ['tpmLimit'], asked: terms.tpmLimit ?? null, bound: bounds.tpmLimit ?? null, unit: 'count' },
    {
      members: ['maxParallelRequests'],
      asked: terms.maxParallelRequests ?? null,
      bound: bounds.maxParallelRequests ?? null,
      unit: 'count',
    },
    ...rateMeasures('modelRpmLimit', terms.modelRpmLimit, ceiling.rpmLimit, bounds.modelRpmLimit),
    ...rateMeasures('modelTpmLimit', terms.modelTpmLimit, bounds.tpmLimit ?? null, bounds.modelTpmLimit),
    { members: ['expiresAtMs'], asked: held.expiresAtMs ?? null, bound: ceiling.expiresAtMs, unit: 'end' },
  ];
}

/** An amount for a longer time is compared as it stands: the ceiling's is what there is to hand out. */
function amountMeasures({ maxBudgetNanoUsd: max, terms }: Held, { maxBudgetNanoUsd, terms: bounds }: Ceiling) {
  const raised = BigInt(terms.increase?.nanoUsd ?? 0);
  const bound = maxBudgetNanoUsd;
  const main: readonly Measure[] = [
    { members: ['maxBudgetNanoUsd', 'budgetDuration'], asked: max, bound, unit: 'usd' },
    {
      members: ['increase', 'maxBudgetNanoUsd'],
      asked: max === null ? null : max + raised,
      bound,
      unit: 'usd',
    },
  ];
  const further = (terms.budgets ?? []).map(({ nanoUsd, per }) => ({ member: 'budgets', nanoUsd, per }));
  const ofModels = Object.values(terms.modelMaxBudget ?? {}).map(({ nanoUsd, per }) => ({
    member: 'modelMaxBudget',
    nanoUsd,
    per,
  }));
  const ofMain =
    max === null ? [] : [{ member: 'maxBudgetNanoUsd', nanoUsd: String(max + raised), per: terms.budgetDuration }];
  const others = [...further, ...ofModels].map(
    ({ member, nanoUsd }): Measure => ({
      members: [member],
      asked: BigInt(nanoUsd),
      bound,
      unit: 'usd',
    }),
  );
  const inSamePeriod = [...ofMain, ...further, ...ofModels].flatMap(({ member, nanoUsd, per }) =>
    (bounds.budgets ?? [])
      .filter((other) => isSamePeriod(other.per, per))
      .map(
        (other): Measure => ({
          members: [member],
          asked: BigInt(nanoUsd),
          bound: BigInt(other.nanoUsd),
          unit: 'usd',
        }),
      ),
  );
  return [...main, ...others, ...inSamePeriod];
}

function isSamePeriod(one: string | undefined, other: string | undefined): boolean {
  return windowName(one) === windowName(other);
}

function windowName(period: string | undefined): string {
  return (parseTimeWindow(period ?? ALL_TIME.name) ?? ALL_TIME).name;
}

type Rates = Readonly<Record<string, number>> | undefined;

function rateMeasures(member: string, asked: Rates = {}, ofAll: number | null, ofModels: Rates = {}): Measure[] {
  return Object.entries(asked).flatMap(([model, rate]) =>
    [ofAll, Object.hasOwn(ofModels, model) ? (ofModels[model] ?? null) : null].map(
      (bound): Measure => ({ members: [member], asked: rate, bound, unit: 'count' }),
    ),
  );
}

/** Names that mean what those above may call, or nothing at all. */
const BY_REFERENCE: ReadonlySet<string> = new Set(['all-team-models', 'no-default-models']);

function refuseModels(
  asked: Held['models'],
  { whose, models, asking }: Ceiling,
  { fieldOf, otherNames }: Looking,
): void {
  const lists = models.filter((list) => list.length > 0);
  if (lists.length === 0) return;
  const param = fieldOf('models');
  const [first = [], ...furtherModels] = lists;
  const allowed = `${whose} may call ${lists.flat().join(', ')}`;
  if (asked.length === 0 && asking !== null) {
    throw new GatewayError('permission_denied', `'${param}' cannot be empty, which is all: ${allowed}.`, { param });
  }
  const isLet = (name: string): boolean => mayUseModel({ models: first, furtherModels }, name, () => otherNames(name));
  const isByReference = (name: string): boolean =>
    BY_REFERENCE.has(name) && (asking === null || name === 'no-default-models');
  const outside = asked.find((name) => !isByReference(name) && !isLet(name));
  if (outside === undefined) return;
  throw new GatewayError('permission_denied', `'${param}' cannot have '${outside}': ${allowed}.`, { param });
}
