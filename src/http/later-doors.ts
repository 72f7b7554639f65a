import { GatewayError } from '../inference/index.ts';

/** Doors whose rooms are not built yet: a client learns that it asked rightly, only too soon. */
const LATER: readonly RegExp[] = [
  /^\/(?:v1\/|openai\/v1\/|openai\/|api\/v1\/)?(?:images|audio|moderations|rerank|batches|files|realtime)(?:\/|$)/,
  /^\/(?:anthropic\/)?v1\/messages\/batches(?:\/|$)/,
  // The methods by name: other names of models have a colon as well (`qwen3:latest`).
  /^\/(?:gemini\/)?v1(?:beta)?\/models\/[^/]+:(?:batchGenerateContent|predict(?:LongRunning)?)$/,
  /^\/(?:cache(?!\/ping$)|utils(?!\/(?:token_counter|explain|transform_request|supported_openai_params)$))\//,
  /^\/api\/v1\/auth(?!\/key$)(?:\/|$)/,
  /^\/(?:pass|mcp)(?:\/|$)/,
];

export function laterDoor(path: string): GatewayError | null {
  if (!LATER.some((door) => door.test(path))) return null;
  return new GatewayError('not_available_yet', `'${path}' is not available in this version yet.`);
}
