import type { TestContext } from 'node:test';
import { type Gateway, type GatewayOptions, startGateway } from './gateway.ts';
import { type Script, startUpstream, type Upstream } from './upstream.ts';

/** USD per million tokens. */
export const PRICE = { input: 2, output: 10 };

/** YAML: the body of the section `routing`, and whole further sections. */
type Sections = { readonly routing?: string; readonly more?: string };

/** A gateway whose model `gpt-4o` is at one scripted upstream. */
export async function gatewayAndUpstream(
  test: TestContext,
  script: Script,
  { routing = '{ retries: 0 }', more = '', ...options }: GatewayOptions & Sections = {},
): Promise<{ readonly gateway: Gateway; readonly upstream: Upstream }> {
  const upstream = await startUpstream(test, script);
  const config = `version: 1
credentials:
  up: { provider: openai-compatible, base_url: "${upstream.url}", api_key: sk-upstream-secret }
models:
  gpt-4o:
    deployments: [{ use: up/gpt-4o-2024-08-06, price: { input: ${PRICE.input}, output: ${PRICE.output} } }]
routing: ${routing}
${more}
`;
  return { gateway: await startGateway(test, { config, ...options }), upstream };
}

export function chatBody(more: Readonly<Record<string, unknown>> = {}): string {
  return JSON.stringify({ model: 'gpt-4o', messages: [{ role: 'user', content: 'hello' }], ...more });
}

export type SpendRow = Readonly<Record<string, unknown>> & {
  readonly request_id: string;
  readonly status: string;
  readonly spend: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  readonly metadata: {
    readonly priced: boolean;
    readonly attempts: readonly { readonly outcome: string; readonly provider: string }[];
    readonly routing: { readonly plans: readonly { readonly candidates: readonly { readonly reason: string }[] }[] };
  };
};

/** The rows of the request log, newest first. */
export async function spendRows(gateway: Gateway, query = ''): Promise<SpendRow[]> {
  const { status, text } = await gateway.get(`/spend/logs${query}`);
  if (status !== 200) throw new Error(`/spend/logs: ${status} ${text}`);
  return JSON.parse(text) as SpendRow[];
}

/** `error.code` and the rest of an error in OpenAI's shape. */
export function errorOf(text: string): {
  readonly message: string;
  readonly code: string | null;
  readonly type: string;
} {
  return (JSON.parse(text) as { error: { message: string; code: string | null; type: string } }).error;
}
