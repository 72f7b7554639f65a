import { applyQuirks, type Endpoint } from '../providers/index.ts';
import type { Exchange } from './exchange.ts';

/** The request as this upstream takes it: the received bytes with a splice, or encoded again where a quirk applies. */
export function encodeFor(exchange: Exchange, endpoint: Endpoint, upstreamModel: string): Buffer | null {
  const { request, dialect, clampedOutput } = exchange;
  if (request === null) return null;
  const addUsage = request.stream && !request.includesUsage && endpoint.streamUsage === 'include';
  const field =
    endpoint.outputLimit === 'max_tokens' || request.dialect !== 'openai-chat' ? 'max_tokens' : 'max_completion_tokens';
  const maxOutput = clampedOutput === null ? null : ({ field, tokens: clampedOutput } as const);
  const spliced = dialect.spliceRequest(request, { model: upstreamModel, addUsage, maxOutput });
  if (endpoint.quirks.length === 0 || applyQuirks(endpoint.quirks, request.body) === request.body) return spliced;
  exchange.passThrough = false;
  return Buffer.from(JSON.stringify(applyQuirks(endpoint.quirks, JSON.parse(spliced.toString('utf8')))));
}
