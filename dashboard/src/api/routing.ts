import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

export type Setting = {
  readonly field_name: string;
  readonly field_description: string;
  readonly field_value: unknown;
};

export const fallbackTypes = ['general', 'context_window', 'content_policy'] as const;
export type FallbackType = (typeof fallbackTypes)[number];

/** Which models are tried after one, in their order. */
export type Fallback = {
  readonly type: FallbackType;
  readonly model: string;
  readonly targets: readonly string[];
};

const SETTING_OF: Readonly<Record<string, FallbackType>> = {
  fallbacks: 'general',
  context_window_fallbacks: 'context_window',
  content_policy_fallbacks: 'content_policy',
};

export type RouterSettings = { readonly settings: readonly Setting[]; readonly fallbacks: readonly Fallback[] };

export const routerQuery = queryOptions({
  queryKey: ['router'],
  queryFn: async ({ signal }): Promise<RouterSettings> => {
    const { fields } = await api<{ fields: readonly Setting[] }>('/router/settings', { signal });
    return {
      settings: fields.filter(({ field_name: name }) => SETTING_OF[name] === undefined),
      fallbacks: fields.flatMap(fallbacksIn),
    };
  },
});

function fallbacksIn({ field_name: name, field_value: value }: Setting): readonly Fallback[] {
  const type = SETTING_OF[name];
  if (type === undefined || !Array.isArray(value)) return [];
  return value.flatMap((each: Readonly<Record<string, readonly string[]>>) =>
    Object.entries(each).map(([model, targets]) => ({ type, model, targets })),
  );
}

export const putFallback = ({ type, model, targets }: Fallback): Promise<unknown> =>
  api('/fallback', { method: 'POST', body: { model, fallback_models: targets, fallback_type: type } });

export const deleteFallback = ({ type, model }: Fallback): Promise<unknown> =>
  api(`/fallback/${model.split('/').map(encodeURIComponent).join('/')}`, {
    method: 'DELETE',
    query: { fallback_type: type },
  });

/** A deployment in a plan, or left out of one; amounts in USD, prices for a million tokens. */
export type Place = {
  readonly deployment: string;
  readonly provider: string;
  readonly credential?: string;
  readonly model: string;
  readonly upstream_model: string;
  readonly reason: string;
  readonly price: { readonly input: number; readonly output: number } | null;
  readonly expected_cost_usd: number | null;
  readonly standing: { readonly state: string };
};

export type LeftOut = Place & { readonly by: string; readonly objections: readonly string[] };

export type Planned = {
  readonly strategy: string;
  readonly candidates: readonly Place[];
  readonly excluded: readonly LeftOut[];
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  readonly hold: {
    readonly outcome: 'passes' | 'clamped' | 'exceeded' | 'price_unknown';
    readonly asked_usd: number | null;
    readonly max_output_tokens: number | null;
  };
  readonly refusal: { readonly status: number; readonly message: string } | null;
};

export type Explained = Planned & { readonly assumed?: Planned };

export type Assumption = {
  readonly down?: readonly string[];
  readonly prices?: Readonly<Record<string, { readonly input: string; readonly output: string }>>;
};

export type ExplainedCall = {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly as_key?: string;
  readonly assume?: Assumption;
};

/** How a call would be routed; nothing is sent. */
export const explain = (call: ExplainedCall): Promise<Explained> =>
  api('/utils/explain', { method: 'POST', body: call });
