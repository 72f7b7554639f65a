import type { DialectId, ProviderId } from '../../inference/index.ts';

/** The provider that answers in this process. */
export const sandboxProvider: ProviderId = 'sandbox';

export type SandboxModel = {
  /** What goes upstream; callers ask for `sandbox/<id>`. */
  readonly id: string;
  readonly usdPerMillionInput: number;
  readonly usdPerMillionOutput: number;
  readonly contextWindow: number;
  readonly maxOutput: number;
  /** The operation it is made for. */
  readonly dialect: DialectId;
  /** Its answer, whatever it is asked. */
  readonly says?: string;
};

/** Priced like small real models, so that budgets, credits and dashboards show something. */
export const sandboxModels: readonly SandboxModel[] = [
  {
    id: 'echo',
    usdPerMillionInput: 0.5,
    usdPerMillionOutput: 1.5,
    contextWindow: 128_000,
    maxOutput: 16_384,
    dialect: 'openai-chat',
  },
  {
    id: 'lorem',
    usdPerMillionInput: 1,
    usdPerMillionOutput: 4,
    contextWindow: 128_000,
    maxOutput: 16_384,
    dialect: 'openai-chat',
  },
  {
    id: 'tools',
    usdPerMillionInput: 1,
    usdPerMillionOutput: 4,
    contextWindow: 128_000,
    maxOutput: 16_384,
    dialect: 'openai-chat',
  },
  {
    id: 'embed',
    usdPerMillionInput: 0.02,
    usdPerMillionOutput: 0,
    contextWindow: 8_192,
    maxOutput: 0,
    dialect: 'openai-embeddings',
  },
];
