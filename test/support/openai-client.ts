import OpenAI, { type ClientOptions } from 'openai';
import { type Gateway, MASTER_KEY } from './gateway.ts';

/** OpenAI's own client, without tries of its own: those that reach the upstream are the gateway's. */
export function openAiClient(gateway: Gateway, options: ClientOptions = {}): OpenAI {
  return new OpenAI({ apiKey: MASTER_KEY, baseURL: `${gateway.url}/v1`, maxRetries: 0, ...options });
}

/** What the call was refused with; throws if it was not. */
export async function refusalOf(call: Promise<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const outcome = await call.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  if ('error' in outcome && outcome.error instanceof OpenAI.APIError) return outcome.error;
  throw new Error(`not refused: ${JSON.stringify(outcome)}`, 'error' in outcome ? { cause: outcome.error } : {});
}
