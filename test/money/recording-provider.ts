import { setTimeout as sleep } from 'node:timers/promises';
import { PRICE } from '../support/one-upstream.ts';
import type { Scope } from '../support/scope.ts';
import { answer, startUpstream } from '../support/upstream.ts';

/** What one call was worth, as the provider has it. */
export type Served = { readonly id: string; readonly costNanoUsd: bigint; readonly saysUsage: boolean };

/** A provider that keeps its own record of what it served, apart from all that the gateway writes. */
export type RecordingProvider = {
  readonly url: string;
  readonly config: string;
  readonly served: ReadonlyMap<string, Served>;
};

/** Whole nanodollars: a price per million tokens in USD is a thousandth of a nanodollar per token. */
const [INPUT_NANO, OUTPUT_NANO] = [BigInt(PRICE.input * 1_000), BigInt(PRICE.output * 1_000)];
export const MOST_OUTPUT = 50;

/** Each call costs another amount; of `silent` in a hundred answers the usage is left out. */
export async function startRecordingProvider(scope: Scope, silent: number): Promise<RecordingProvider> {
  const served = new Map<string, Served>();
  const upstream = await startUpstream(scope, async (request) => {
    const nth = served.size;
    const id = `chatcmpl-${nth}`;
    const [input, output] = [40 + (nth % 61), 1 + ((nth * 7) % MOST_OUTPUT)];
    const saysUsage = nth % 100 >= silent;
    served.set(id, { id, costNanoUsd: BigInt(input) * INPUT_NANO + BigInt(output) * OUTPUT_NANO, saysUsage });
    await sleep(Math.random() * 8);
    const usage = { prompt_tokens: input, completion_tokens: output, total_tokens: input + output };
    const about = { id, created: 1, model: 'gpt-4o', ...(saysUsage ? { usage } : {}) };
    const streamed = request.body.includes('"stream":true');
    await answer(request, streamed ? streamOf(about) : { body: JSON.stringify({ ...about, ...plain }) });
  });
  const config = `credentials: { up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: k } }
models:
  gpt-4o: { deployments: [up/gpt-4o], price: { input: ${PRICE.input}, output: ${PRICE.output} } }
routing: { retries: 0 }
`;
  return { url: upstream.url, config, served };
}

const plain = {
  object: 'chat.completion',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hello' }, finish_reason: 'stop' }],
};

function streamOf(about: Readonly<Record<string, unknown>>): { readonly type: string; readonly body: string } {
  const { usage, ...rest } = about;
  const chunk = (more: object): string =>
    `data: ${JSON.stringify({ ...rest, object: 'chat.completion.chunk', ...more })}\n\n`;
  const said = chunk({ choices: [{ index: 0, delta: { content: 'hello' }, finish_reason: 'stop' }] });
  return {
    type: 'text/event-stream',
    body: `${said}${usage === undefined ? '' : chunk({ choices: [], usage })}data: [DONE]\n\n`,
  };
}
