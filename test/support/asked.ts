import type { UpstreamTarget } from '../../src/dialects/index.ts';
import { type ChatRequest, type DialectId, GatewayError } from '../../src/inference/index.ts';
import { type RecordedChat, recordedChats } from './recorded-chats.ts';
import { chatOf } from './translating.ts';

/** Who takes chats, in the order in which the documents name them. */
export const upstreamDialects = [
  'openai-chat',
  'openai-responses',
  'anthropic-messages',
  'gemini-generate',
  'bedrock-converse',
  'bedrock-invoke',
  'cohere-chat',
  'ollama-chat',
] as const satisfies readonly DialectId[];

export type AskedChat = RecordedChat & { readonly request: ChatRequest };

/** Recorded requests as their own dialect reads them; those that it refuses are not among them. */
export function askedChats(): readonly AskedChat[] {
  return recordedChats().flatMap((chat) => {
    const request = refusedOr(() => decodedRequest(chat));
    return request instanceof GatewayError ? [] : [{ ...chat, request }];
  });
}

function decodedRequest({ upstream, exchange }: RecordedChat): ChatRequest {
  const { request, path } = exchange;
  const bytes = Buffer.from(typeof request === 'string' ? request : JSON.stringify(request ?? null));
  // Where the address names the model: Google's paths and Bedrock's.
  const model = /models?\/([^/:]+)(?::[A-Za-z]+|\/converse(?:-stream)?)$/.exec(path.replace(/\?.*$/, ''))?.[1] ?? null;
  const stream = model === null ? null : /stream/i.test(path);
  return chatOf(upstream).decodeRequest(upstream.readRequest(bytes, { model, stream, framing: upstream.framing }));
}

/** Any other error than a refusal goes on. */
export function refusedOr<T>(read: () => T): T | GatewayError {
  try {
    return read();
  } catch (error) {
    if (error instanceof GatewayError) return error;
    throw error;
  }
}

/** An upstream of whose model everything may be asked. */
export function targetFor({ maxOutputTokens }: ChatRequest, model: string): UpstreamTarget {
  const facts = { maxOutput: null, thinking: null, takesSampling: null };
  return { model, maxOutputTokens, outputLimit: 'max_completion_tokens', facts };
}
