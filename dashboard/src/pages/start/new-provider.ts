/** A model at a provider, and what to go out to it with. */
export type NewProvider = {
  /** In the words of `litellm_params.model`. */
  readonly provider: string;
  readonly apiKey: string;
  /** Empty: the provider's own. */
  readonly apiBase: string;
  readonly model: string;
};

export const secretsOf = ({ apiKey, apiBase }: NewProvider) => ({
  ...(apiKey === '' ? {} : { api_key: apiKey }),
  ...(apiBase === '' ? {} : { api_base: apiBase }),
});

export const connectionOf = (wanted: NewProvider) => ({
  model: `${wanted.provider}/${wanted.model}`,
  ...secretsOf(wanted),
});
