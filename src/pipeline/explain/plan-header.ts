import type { LeftOutRecord, PlacedRecord, PlanRecord } from '../../telemetry/index.ts';
import type { Exchange } from '../exchange.ts';
import { planRecord } from './plan-records.ts';

export const PLAN_HEADER = 'x-waybill-plan';

/** Node's clients and many proxies take 16 KB of headers in all, some only 8 KB. */
const MOST_BYTES = 2_048;
const REASON_CHARACTERS = 120;
/** Of each list; the next smaller one is tried until the whole fits. */
const LENGTHS = [20, 10, 6, 4, 2, 1] as const;

/** Tells a client that asked for it, on whatever answer there will be. */
export function pushPlanHeader(exchange: Exchange): void {
  const { plans, headers, preferences } = exchange;
  if (!preferences.explain || plans.length === 0) return;
  headers.push(PLAN_HEADER, encodePlans(plans.map((plan) => planRecord(plan, exchange))));
}

/** JSON in ASCII, at most 2 KB: names of providers, never of credentials. */
export function encodePlans(plans: readonly PlanRecord[]): string {
  for (const length of LENGTHS) {
    const text = toAscii(JSON.stringify(plans.slice(0, length).map((plan) => shortened(plan, length))));
    if (text.length <= MOST_BYTES) return text;
  }
  // Names may be of any length.
  const [first] = plans;
  const counts = { candidates: countOf(first, 'candidates'), excluded: countOf(first, 'excluded') };
  return JSON.stringify([{ candidates: [], excluded: [], left_out: counts }]);
}

function shortened(plan: PlanRecord, length: number): Readonly<Record<string, unknown>> {
  const left = {
    candidates: countOf(plan, 'candidates') - Math.min(length, plan.candidates.length),
    excluded: countOf(plan, 'excluded') - Math.min(length, plan.excluded.length),
  };
  return {
    model: (plan.candidates[0] ?? plan.excluded[0])?.model ?? null,
    candidates: plan.candidates.slice(0, length).map(placeIn),
    excluded: plan.excluded.slice(0, length).map((each) => leftOutIn(each)),
    ...(left.candidates + left.excluded === 0 ? {} : { left_out: left }),
  };
}

function countOf(plan: PlanRecord | undefined, list: 'candidates' | 'excluded'): number {
  if (plan === undefined) return 0;
  return plan[list].length + (list === 'candidates' ? plan.moreCandidates : plan.moreExcluded);
}

function placeIn({ deployment, provider, upstreamModel, reason }: PlacedRecord): Readonly<Record<string, string>> {
  return { deployment, provider, upstream_model: upstreamModel, reason: reason.slice(0, REASON_CHARACTERS) };
}

function leftOutIn(left: LeftOutRecord): Readonly<Record<string, string>> {
  return { ...placeIn(left), by: left.by };
}

/** As JSON escapes it, so that a parser gives back the same text. */
function toAscii(json: string): string {
  return json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
