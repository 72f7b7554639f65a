import { api } from './client.ts';

/** A model at a provider, and what to go out to it with. */
export type NewProvider = {
  /** In the words of `litellm_params.model`. */
  readonly provider: string;
  readonly apiKey: string;
  /** Empty: the provider's own. */
  readonly apiBase: string;
  readonly model: string;
};

export type Tested = {
  readonly status: 'success' | 'error';
  readonly result: { readonly took_ms: number; readonly error?: string };
};

const secretsOf = ({ apiKey, apiBase }: NewProvider) => ({
  ...(apiKey === '' ? {} : { api_key: apiKey }),
  ...(apiBase === '' ? {} : { api_base: apiBase }),
});

export const testProvider = (wanted: NewProvider): Promise<Tested> =>
  api('/health/test_connection', {
    method: 'POST',
    body: { litellm_params: { model: `${wanted.provider}/${wanted.model}`, ...secretsOf(wanted) } },
  });

export const createCredential = (name: string, wanted: NewProvider): Promise<unknown> =>
  api('/credentials', {
    method: 'POST',
    body: {
      credential_name: name,
      credential_info: { custom_llm_provider: wanted.provider },
      credential_values: secretsOf(wanted),
    },
  });

export const createModel = (credential: string, { provider, model }: NewProvider): Promise<unknown> =>
  api('/model/new', {
    method: 'POST',
    body: {
      model_name: model,
      litellm_params: { model: `${provider}/${model}`, litellm_credential_name: credential },
    },
  });
