/** What the configuration says of keys that are made, in LiteLLM's field names. */
export type KeyRules = {
  /** For fields that a request leaves out. */
  readonly defaults: Readonly<Record<string, unknown>>;
  /** What a request may ask for at most, and gets where it asks for nothing. */
  readonly upperBounds: Readonly<Record<string, unknown>>;
};

export const NO_KEY_RULES: KeyRules = Object.freeze({ defaults: Object.freeze({}), upperBounds: Object.freeze({}) });
