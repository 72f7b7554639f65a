import { OpenRouter } from '@openrouter/sdk';
import { type Gateway, MASTER_KEY } from './gateway.ts';

/** OpenRouter's own client, told nothing but another address. */
export function openRouterClient(gateway: Gateway, apiKey: string = MASTER_KEY): OpenRouter {
  return new OpenRouter({ apiKey, serverURL: `${gateway.url}/api/v1`, retryConfig: { strategy: 'none' } });
}
