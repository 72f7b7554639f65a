import type { DialectId, Usage } from '../../inference/index.ts';
import { costOf } from '../../metering/index.ts';
import { isJsonObject, type JsonObject, type NanoUsd, usdFromNano } from '../../std/index.ts';
import type { Charged } from '../exchange.ts';

/** What a dialect calls the parts of a usage; null: it has none of that. */
type UsageWords = {
  readonly input: string;
  readonly output: string;
  readonly total: string | null;
  readonly inputDetails: ((usage: Usage) => JsonObject) | null;
  readonly inputDetailsIn: string;
  readonly outputDetails: ((usage: Usage) => JsonObject) | null;
  readonly outputDetailsIn: string;
  readonly inputCost: string;
  readonly outputCost: string;
};

const CHAT: UsageWords = {
  input: 'prompt_tokens',
  output: 'completion_tokens',
  total: 'total_tokens',
  inputDetails: (usage) => ({
    cached_tokens: usage.cacheReadTokens,
    cache_write_tokens: usage.cacheWriteTokens,
    audio_tokens: usage.inputAudioTokens,
  }),
  inputDetailsIn: 'prompt_tokens_details',
  outputDetails: (usage) => ({ reasoning_tokens: usage.reasoningTokens, audio_tokens: usage.outputAudioTokens }),
  outputDetailsIn: 'completion_tokens_details',
  inputCost: 'upstream_inference_prompt_cost',
  outputCost: 'upstream_inference_completions_cost',
};

const RESPONSES: UsageWords = {
  ...CHAT,
  input: 'input_tokens',
  output: 'output_tokens',
  inputDetails: (usage) => ({ cached_tokens: usage.cacheReadTokens }),
  inputDetailsIn: 'input_tokens_details',
  outputDetails: (usage) => ({ reasoning_tokens: usage.reasoningTokens }),
  outputDetailsIn: 'output_tokens_details',
  inputCost: 'upstream_inference_input_cost',
  outputCost: 'upstream_inference_output_cost',
};

const WORDS: Readonly<Partial<Record<DialectId, UsageWords>>> = {
  'openai-chat': CHAT,
  'openai-completions': CHAT,
  'openai-embeddings': { ...CHAT, outputDetails: null },
  'openai-responses': RESPONSES,
  'openai-compact': RESPONSES,
  'anthropic-messages': { ...RESPONSES, total: null, inputDetails: null, outputDetails: null },
};

/**
 * A usage with what the answer cost in it, in OpenRouter's words, and with all the details that its clients read. What
 * the answer says of tokens stays as it is; where it says nothing, what was counted stands there. undefined: the dialect
 * has no such words. A caller is told its charge and no other amount: `cost_details` are parts of that.
 */
export function usageWithCost(
  before: unknown,
  dialect: DialectId,
  { nanoUsd, usage, price }: Charged,
  isByok: boolean,
): JsonObject | undefined {
  const words = WORDS[dialect];
  if (words === undefined) return undefined;
  const said = isJsonObject(before) ? before : counted(usage, words);
  const cost = usdFromNano(nanoUsd);
  const inputNanoUsd = price === null ? 0n : costOf(price, { ...usage, outputTokens: 0 });
  return {
    ...said,
    ...detailed(said, words.inputDetailsIn, words.inputDetails?.(usage)),
    ...detailed(said, words.outputDetailsIn, words.outputDetails?.(usage)),
    cost,
    is_byok: isByok,
    cost_details: {
      upstream_inference_cost: isByok ? cost : null,
      [words.inputCost]: usdFromNano(inputNanoUsd),
      [words.outputCost]: usdFromNano(lessOf(nanoUsd, inputNanoUsd)),
    },
  };
}

function counted({ inputTokens, outputTokens }: Usage, { input, output, total }: UsageWords): JsonObject {
  return {
    [input]: inputTokens,
    [output]: outputTokens,
    ...(total === null ? {} : { [total]: inputTokens + outputTokens }),
  };
}

/** What is said as null, or not at all, is what was counted. */
function detailed(said: JsonObject, name: string, counts: JsonObject | undefined): JsonObject {
  if (counts === undefined) return {};
  const own = isJsonObject(said[name]) ? said[name] : {};
  const told = Object.entries(own).filter(([, count]) => count !== null);
  return { [name]: { ...counts, ...Object.fromEntries(told) } };
}

function lessOf(whole: NanoUsd, part: NanoUsd): NanoUsd {
  return whole > part ? whole - part : 0n;
}
