import { ALL_TIME, isTimeZone, parseTimeWindow, TIME_WINDOW_FORMS, type TimeWindow } from '../../std/index.ts';
import type { AllowanceConfiguration } from '../allowance-configuration.ts';
import type { AllowancesById } from '../configuration.ts';
import { type Draft, given } from '../draft.ts';
import type { Reading } from '../reading/reading.ts';
import { ratesOf } from '../settings/rate-names.ts';
import { newUserParams } from './litellm-new-users.ts';
import { providerOf } from './litellm-providers.ts';
import { LitellmSection } from './litellm-section.ts';

type Sections = { readonly litellm: LitellmSection; readonly router: LitellmSection; readonly general: LitellmSection };

/** Budgets of a LiteLLM file that need no entry in its database. */
export function litellmAllowances({ litellm, router, general }: Sections, reading: Reading): Draft['allowances'] {
  const parallel = general.count('global_max_parallel_requests', 1);
  const gateway = budgetIn(litellm, ['max_budget'], ['budget_duration'], reading);
  return given({
    timeZone: timeZoneOf(litellm, reading),
    gateway: {
      budgets: gateway.budgets,
      limits: parallel === null ? [] : [{ measure: 'parallel', per: null, limit: parallel } as const],
    },
    users: everybody(budgetOfUsers(litellm, reading)),
    customers: everybody(budgetIn(litellm, ['max_end_user_budget', 'max_user_budget'], [], reading)),
    customerBudgetId: litellm.text('max_end_user_budget_id'),
    tags: byName(litellm, 'tag_budget_config', (name) => name, reading),
    providers: byName(router, 'provider_budget_config', providerOf, reading),
  });
}

/** LiteLLM's oldest setting was for whoever it did not know yet, users of keys and of requests alike. */
function budgetOfUsers(litellm: LitellmSection, reading: Reading): AllowanceConfiguration {
  const params = newUserParams(litellm, reading);
  const own = params === null ? null : budgetIn(params, ['max_budget'], ['budget_duration'], reading);
  if (own !== null && own.budgets.length > 0) return own;
  const names = ['max_internal_user_budget', 'max_user_budget'];
  return budgetIn(litellm, names, ['internal_user_budget_duration'], reading);
}

function everybody(allowance: AllowanceConfiguration): AllowancesById {
  return allowance.budgets.length === 0 ? {} : { '*': allowance };
}

function byName(
  section: LitellmSection,
  key: string,
  idOf: (name: string) => string,
  reading: Reading,
): AllowancesById {
  const node = section.node(key);
  if (node === null) return {};
  const { entries } = new LitellmSection(`${section.name}.${key}`, node, reading);
  return Object.fromEntries(
    [...entries].map(([name, entry]) => {
      const fields = new LitellmSection(`${section.name}.${key}.${name}`, entry, reading);
      return [
        idOf(name),
        budgetIn(fields, ['max_budget', 'budget_limit'], ['budget_duration', 'time_period'], reading),
      ];
    }),
  );
}

/** What `litellm_params` allow a deployment; its rpm and tpm are shares or places in a line, and not among them. */
export function deploymentAllowance(params: LitellmSection, reading: Reading): AllowanceConfiguration {
  const { budgets } = budgetIn(params, ['max_budget'], ['budget_duration'], reading);
  const [itpm, otpm] = [params.count('itpm', 1), params.count('otpm', 1)];
  return { budgets, limits: ratesOf(given({ itpm, otpm })) };
}

/** What a key may do at a model, unless the key says otherwise. */
export function keyAllowanceAt(params: LitellmSection): AllowanceConfiguration {
  const [rpm, tpm] = [params.count('default_api_key_rpm_limit', 1), params.count('default_api_key_tpm_limit', 1)];
  return { budgets: [], limits: ratesOf(given({ rpm, tpm })) };
}

/** LiteLLM has had two names for both. */
function budgetIn(
  section: LitellmSection,
  limitNames: readonly string[],
  periodNames: readonly string[],
  reading: Reading,
): AllowanceConfiguration {
  const [usd] = limitNames.flatMap((name) => section.decimal(name, 0) ?? []);
  if (usd === undefined) return { budgets: [], limits: [] };
  const [window] = periodNames.flatMap((name) => windowIn(section, name, reading) ?? []);
  return { budgets: [{ usd, window: window ?? ALL_TIME, policy: 'clamp', softUsd: null }], limits: [] };
}

function windowIn(section: LitellmSection, name: string, reading: Reading): TimeWindow | null {
  const text = section.text(name);
  const node = section.node(name);
  if (text === null || node === null) return null;
  const window = parseTimeWindow(text);
  if (window === null) reading.fault(node.place, `${section.name}.${name}: expected a period: ${TIME_WINDOW_FORMS}`);
  return window;
}

function timeZoneOf(litellm: LitellmSection, reading: Reading): string | null {
  const name = litellm.text('timezone');
  const node = litellm.node('timezone');
  if (name === null || node === null || isTimeZone(name)) return name;
  reading.fault(node.place, `${litellm.name}.timezone: expected a time zone such as Europe/Berlin, got '${name}'`);
  return null;
}
