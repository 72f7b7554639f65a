import type { Price } from '../src/catalog/index.ts';
import { type Allowance, type Budget, NO_ALLOWANCE, type RateLimit } from '../src/inference/index.ts';
import { hold, isHold, openPot, type Pot, post } from '../src/ledger/index.ts';
import { type LimitedCall, NO_RULES, newsOfPurses, openAdmissions, type RuleBook } from '../src/limits/index.ts';
import { boundCharge } from '../src/metering/index.ts';
import { openCalendar, parseTimeWindow } from '../src/std/index.ts';
import { microseconds } from './microseconds.ts';

const CHARGED = 1_000_000n;

const rates = { input: 2_500_000n, output: 10_000_000n, cacheRead: 1_250_000n, cacheWrite: 2_500_000n };
const price: Price = {
  version: 'p',
  source: 'bench',
  tiers: [
    {
      fromInputTokens: 0,
      ...rates,
      reasoning: rates.output,
      inputAudio: rates.input,
      outputAudio: rates.output,
      request: 0n,
    },
  ],
};
const BOUND = {
  price,
  bodyBytes: 2_000,
  maxOutputAsked: 1_024,
  modelMaxOutput: 16_384,
  contextWindow: 128_000,
  n: 1,
  refersOutside: false,
};

function budget(per: string): Budget {
  const window = parseTimeWindow(per);
  if (window === null) throw new RangeError(per);
  return { window, limitNanoUsd: 1_000_000_000_000_000n, policy: 'clamp', softNanoUsd: 10n ** 14n, increase: null };
}

function rate(measure: RateLimit['measure'], per: RateLimit['per']): RateLimit {
  return { measure, per, limit: 1e12 };
}

function allow(budgets: readonly Budget[], limits: readonly RateLimit[]): Allowance {
  return { budgets, limits };
}

const FULL = {
  key: allow([budget('1d'), budget('1mo')], [rate('requests', 'minute'), rate('tokens', 'minute')]),
  model: allow([budget('1d')], [rate('requests', 'minute')]),
  user: allow([budget('1mo')], [rate('tokens', 'hour')]),
  team: allow([budget('1mo')], [rate('parallel', null)]),
  gateway: allow([budget('1mo')], [rate('requests', 'day')]),
};

const LIMITED: RuleBook = {
  ...NO_RULES,
  gateway: FULL.gateway,
  user: new Map([['*', FULL.user]]),
  team: new Map([['*', FULL.team]]),
};

function callOf(allowance: Allowance, model: Allowance | null): LimitedCall {
  const modelAllowances = new Map(model === null ? [] : [['gpt-4o', model]]);
  return {
    parties: [
      { kind: 'key', id: 'a1B2c3', allowance, modelAllowances },
      { kind: 'user', id: 'u1', allowance: NO_ALLOWANCE, modelAllowances: new Map() },
      { kind: 'team', id: 't1', allowance: NO_ALLOWANCE, modelAllowances: new Map() },
    ],
    modelNames: () => ['gpt-4o'],
    inputTokens: 500,
    outputTokens: 1_024,
  };
}

/** One call from its admission to its settlement: what it does more than one without limits. */
function lifeOf(rules: RuleBook, call: LimitedCall): () => void {
  const pots = new Map<string, Pot>();
  const potFor = (id: string, limit: bigint): Pot => {
    const known = pots.get(id) ?? openPot(id, limit, 0n);
    pots.set(id, known);
    return known;
  };
  const calendar = openCalendar('Europe/Berlin');
  const admissions = openAdmissions({ potFor, rules: () => rules, calendar: () => calendar });
  let nth = 0;
  return () => {
    nth++;
    const now = { monotonicMs: nth / 50, wallMs: 1_790_000_000_000 + nth / 50 };
    const admitted = admissions.admit(call, now);
    if (admitted.outcome === 'refused') throw admitted.error;
    const { purses } = admitted;
    if (purses.pots.length > 0) {
      const held = hold(purses.pots, boundCharge(BOUND).nanoUsd);
      if (!isHold(held)) throw new RangeError(held.pot);
      // Both of the journal's records name the pots.
      for (let record = 0; record < 2; record++) JSON.stringify(purses.pots.map(({ id }) => id));
      post(held, CHARGED);
    }
    newsOfPurses(purses);
    admitted.settle({ inputTokens: 480, outputTokens: 900 }, now.monotonicMs);
    // What is charged must not fill a budget while it is measured.
    if (nth % 10_000 === 0) for (const pot of pots.values()) pot.posted = 0;
  };
}

const CASES = [
  ['none', NO_RULES, callOf(NO_ALLOWANCE, null)],
  ['1 budget, 1 limit', NO_RULES, callOf(allow([budget('total')], [rate('requests', 'minute')]), null)],
  ['6 budgets, 6 limits', LIMITED, callOf(FULL.key, FULL.model)],
] as const;

process.stdout.write(
  'Processor time of admission and settlement of one call, microseconds.\n\n| limits | us |\n| --- | --- |\n',
);
for (const [name, rules, call] of CASES) {
  process.stdout.write(`| ${name} | ${microseconds(lifeOf(rules, call)).toFixed(2)} |\n`);
}
