type Json = Readonly<Record<string, unknown>>;

/** An entry of `model_list` that was made over the API. `params` hold its secrets. */
export type StoredDeployment = {
  readonly id: string;
  readonly model: string;
  readonly params: Json;
  readonly info: Json;
};

/** An entry of `credential_list`. */
export type StoredCredential = {
  readonly name: string;
  readonly values: Json;
  /** LiteLLM's name of the provider that it is for; null: it was not said. */
  readonly provider: string | null;
};

/** LiteLLM's kinds of fallbacks. */
export type FallbackType = 'general' | 'context_window' | 'content_policy';

export type StoredFallback = {
  readonly model: string;
  readonly type: FallbackType;
  readonly targets: readonly string[];
};

/** A name that stands for models in the lists of keys. */
export type StoredGroup = { readonly name: string; readonly models: readonly string[] };

/** What the database has beside the file, in LiteLLM's words. */
export type StoredModels = {
  readonly deployments: readonly StoredDeployment[];
  readonly credentials: readonly StoredCredential[];
  readonly fallbacks: readonly StoredFallback[];
  readonly groups: readonly StoredGroup[];
};
