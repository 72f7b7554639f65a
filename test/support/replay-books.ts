import type { Recorded } from './recorded.ts';
import { PRICE } from './replay.ts';

/** What a provider counted, read anew: nothing of the gateway's own reading is used. */
export type Counted = {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite: number;
  readonly reasoning: number;
  readonly inputAudio: number;
  readonly outputAudio: number;
};

type Numbers = Readonly<Record<string, number | null | undefined>>;
type Body = { readonly usage?: unknown; readonly x_groq?: { readonly usage?: unknown } | null };
type RawUsage = Readonly<Record<string, unknown>> & {
  readonly prompt_tokens?: number | null;
  readonly completion_tokens?: number | null;
  readonly total_tokens?: number | null;
  readonly prompt_cache_hit_tokens?: number | null;
  readonly num_cached_tokens?: number | null;
  readonly prompt_tokens_details?: Numbers | null;
  readonly completion_tokens_details?: Numbers | null;
};

/** The last usage that the answer names; null: none. */
export function usageIn(exchange: Recorded, answer: Buffer): Counted | null {
  const text = answer.toString();
  const lines = text.split(/\r?\n/).filter((line) => line.startsWith('data:'));
  const bodies = (lines.length > 0 ? lines.map((line) => line.slice(5)) : [text]).flatMap(parsed);
  const usages = bodies.flatMap((body) => body.usage ?? body.x_groq?.usage ?? []) as RawUsage[];
  const last = usages.at(-1);
  return last === undefined ? null : counted(exchange.host, last);
}

function parsed(text: string): readonly Body[] {
  try {
    return [JSON.parse(text) as Body];
  } catch {
    return [];
  }
}

/** By host, for each has its own idea of what its totals hold. */
function counted(host: string, raw: RawUsage): Counted {
  const [prompt, completion, total] = [raw.prompt_tokens ?? 0, raw.completion_tokens ?? 0, raw.total_tokens ?? 0];
  const { prompt_tokens_details: ofPrompt, completion_tokens_details: ofCompletion } = raw;
  const thought = ofCompletion?.['reasoning_tokens'] ?? 0;
  const cacheRead = ofPrompt?.['cached_tokens'] ?? raw.prompt_cache_hit_tokens ?? raw.num_cached_tokens ?? 0;
  const counts = {
    input: prompt,
    output: completion,
    cacheRead,
    cacheWrite: ofPrompt?.['cache_write_tokens'] ?? 0,
    // Some count thoughts with another tokenizer than the completion that they are part of.
    reasoning: Math.min(thought, completion),
    inputAudio: ofPrompt?.['audio_tokens'] ?? 0,
    outputAudio: ofCompletion?.['audio_tokens'] ?? 0,
  };
  if (host === 'api.x.ai') return { ...counts, output: total - prompt, reasoning: thought };
  if (host === 'generativelanguage.googleapis.com')
    return { ...counts, output: total - prompt, reasoning: total - prompt - completion };
  // The newer of its two APIs bills reasoning beside the completion.
  if (host === 'ai-gateway.vercel.sh' && 'market_cost' in raw)
    return { ...counts, output: completion + thought, reasoning: thought };
  // Audio is not in the prompt, only in the total.
  if (host === 'mistral' || host === 'api.voyageai.com') return { ...counts, input: total - completion };
  return counts;
}

/** Nanodollars at the price of the stage: exact, and rounded up once. */
export function costOf(counts: Counted): bigint {
  const [long] = PRICE.tiers;
  const rate = { ...PRICE, ...(long !== undefined && counts.input > long.above ? long : {}) };
  const { input, output, cacheRead, reasoning, inputAudio, outputAudio } = counts;
  // OpenRouter names Gemini's 2,161 cached tokens of 2,168 as both read and written: read comes first, none counts twice.
  const cacheWrite = Math.min(counts.cacheWrite, input - cacheRead);
  const terms: readonly (readonly [string, number])[] = [
    [rate.input, input - cacheRead - cacheWrite - inputAudio],
    [rate.cache_read, cacheRead],
    [rate.cache_write, cacheWrite],
    [rate.input_audio, inputAudio],
    [rate.output, output - reasoning - outputAudio],
    [rate.reasoning, reasoning],
    [rate.output_audio, outputAudio],
    [rate.request, 1_000_000],
  ];
  const pico = terms.reduce((sum, [usd, units]) => sum + picoPerUnit(usd) * BigInt(units), 0n);
  return (pico + 999n) / 1_000n;
}

/** USD per million, in picodollars: six places are all that a price here has. */
function picoPerUnit(usd: string): bigint {
  const [whole = '', fraction = ''] = usd.split('.');
  return BigInt(whole + fraction.padEnd(6, '0'));
}

export function noCounts(): Counted {
  return { input: 0, output: 0, cacheRead: 0, cacheWrite: 0, reasoning: 0, inputAudio: 0, outputAudio: 0 };
}
