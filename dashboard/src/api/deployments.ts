import { api } from './client.ts';

type Values = Readonly<Record<string, unknown>>;

/** A deployment as it is stored, in LiteLLM's words. */
export type NewModel = {
  readonly model_name: string;
  readonly litellm_params: Values;
  readonly model_info?: Values;
};

export const createModel = (body: NewModel): Promise<unknown> => api('/model/new', { method: 'POST', body });
