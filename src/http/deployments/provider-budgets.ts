import type { Budget } from '../../inference/index.ts';
import type { Rooms } from '../../pipeline/index.ts';
import { usdFromNano } from '../../std/index.ts';
import { isoOrNull, type SpentBy } from '../management/terms-answer.ts';
import { type Route, route } from '../route.ts';

export type ProviderBudgetDoors = Pick<Rooms, 'policies'> & { readonly spentBy: SpentBy };

/** What may be spent at each provider that the configuration bounds, and is. */
export function providerBudgetRoutes(doors: ProviderBudgetDoors): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/provider/budgets',
      summary: 'What may be spent at each provider that has a budget, and how much of it is.',
      action: 'settings.read',
      answer: async () => {
        const bounded = [...doors.policies().rules.provider].flatMap(([id, { budgets }]) =>
          budgets.length === 0 ? [] : [{ id, budgets }],
        );
        const shown = bounded.map(async ({ id, budgets }) => [id, await encode(id, budgets, doors)] as const);
        return { body: { providers: Object.fromEntries(await Promise.all(shown)) } };
      },
    }),
  ];
}

/** LiteLLM has one for each: the first one. All of them stand in `budgets`. */
async function encode(id: string, budgets: readonly Budget[], { spentBy }: ProviderBudgetDoors) {
  const shown = await Promise.all(
    budgets.map(async ({ window, limitNanoUsd }) => {
      const { nanoUsd, resetsAtMs } = await spentBy({ kind: 'provider', id, model: null }, window);
      return {
        budget_limit: usdFromNano(limitNanoUsd),
        time_period: window.name,
        spend: usdFromNano(nanoUsd),
        budget_reset_at: isoOrNull(resetsAtMs),
      };
    }),
  );
  return { ...shown[0], budgets: shown };
}
