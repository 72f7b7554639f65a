import { type Gateway, startGateway } from '../support/gateway.ts';
import type { Scope } from '../support/scope.ts';
import { answer, startStream, startUpstream, type UpstreamRequest, write } from '../support/upstream.ts';

/** What a model might say to harm whoever reads it in a browser; shown, it is text. */
export const HOSTILE = '<img src=x onerror="window.hurt=1"><script>window.hurt=1</script>';

/** A gateway with models of two providers, one of which fails now and then. */
export async function openStage(test: Scope, env: Readonly<Record<string, string>> = {}, more = ''): Promise<Gateway> {
  const { url } = await startUpstream(test, speak);
  const config = `version: 1
credentials:
  north: { provider: openai-compatible, base_url: "${url}/north", api_key: sk-north-secret }
  south: { provider: openai-compatible, base_url: "${url}/south", api_key: sk-south-secret }
models:
  atlas-large:
    deployments:
      - { use: south/atlas-large, price: { input: 3, output: 15, cache_read: 0.3 }, context_window: 200000, max_output: 8192 }
      - { use: north/atlas-large, price: { input: 3, output: 15, cache_read: 0.3 }, context_window: 200000, max_output: 8192 }
    fallbacks: { error: [atlas-mini, harbor-1], context_window: [harbor-1] }
  atlas-mini:
    deployments: [{ use: north/atlas-mini, price: { input: 0.25, output: 2 }, context_window: 128000, max_output: 16384 }]
  harbor-1:
    deployments: [{ use: north/harbor-1, price: { input: 0.075, output: 0.3 }, context_window: 1000000, max_output: 8192, limits: { rpm: 6000 } }]
routing: { strategy: ordered, retries: 0 }
${more}`;
  return startGateway(test, { config, env });
}

/** Calls of two keys at three models: plain and streamed, answered, answered by the second, and refused. */
export async function makeTraffic(gateway: Gateway, rounds: number): Promise<void> {
  const keys = [
    await gateway.createKey({ key_alias: 'web-shop', max_budget: 25, budget_duration: '30d' }),
    await gateway.createKey({ key_alias: 'night-batch', rpm_limit: 600, models: ['atlas-mini', 'harbor-1'] }),
  ];
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(
      keys.flatMap((key) =>
        ['atlas-large', 'atlas-mini', 'harbor-1'].map((model) =>
          gateway.post(
            '/v1/chat/completions',
            {
              model,
              stream: round % 2 === 0,
              messages: [{ role: 'user', content: `${HOSTILE} round ${round} `.repeat(1 + (round % 5)) }],
            },
            key,
          ),
        ),
      ),
    );
  }
}

const PARTIES: readonly (readonly [path: string, body: object])[] = [
  ['/organization/new', { organization_id: 'acme', organization_alias: 'Acme', max_budget: 5_000 }],
  [
    '/team/new',
    {
      team_id: 'payments',
      team_alias: 'Payments',
      organization_id: 'acme',
      max_budget: 200,
      budget_duration: '30d',
      members_with_roles: [{ role: 'admin', user_id: 'alice' }],
    },
  ],
  ['/project/new', { project_alias: 'Checkout', team_id: 'payments' }],
  ['/user/new', { user_email: 'bob@example.com', auto_create_key: false }],
  ['/customer/new', { user_id: 'customer-7', alias: 'Globex', max_budget: 3 }],
  ['/budget/new', { budget_id: 'starter', max_budget: 5, budget_duration: 'monthly' }],
  ['/tag/new', { name: 'campaign', description: 'Of the autumn', max_budget: 9 }],
];

/** One of each kind of those for whom calls are made. */
export async function makeParties(gateway: Gateway): Promise<void> {
  for (const [path, body] of PARTIES) {
    const { status, text } = await gateway.post(path, body);
    if (status !== 200) throw new Error(`${path}: ${status} ${text}`);
  }
}

type Asked = { readonly model: string; readonly stream?: boolean; readonly messages: readonly { content: unknown }[] };

async function speak(request: UpstreamRequest): Promise<void> {
  if (request.method === 'GET') return answer(request, { body: '{"object":"list","data":[]}' });
  if (request.path.includes('/south/')) {
    return answer(request, { status: 503, body: '{"error":{"message":"overloaded","type":"server_error"}}' });
  }
  const asked = JSON.parse(request.body) as Asked;
  const prompt = JSON.stringify(asked.messages);
  const usage = {
    prompt_tokens: prompt.length,
    completion_tokens: 40 + (prompt.length % 300),
    total_tokens: prompt.length + 40 + (prompt.length % 300),
    prompt_tokens_details: { cached_tokens: Math.floor(prompt.length / 3) },
  };
  const head = { id: 'chatcmpl-1', created: 1_764_000_000, model: asked.model };
  const text = `You said: ${HOSTILE}`;
  if (asked.stream !== true) {
    const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }];
    return answer(request, { body: JSON.stringify({ ...head, object: 'chat.completion', choices, usage }) });
  }
  const chunk = (choices: unknown, more = {}) =>
    `data: ${JSON.stringify({ ...head, object: 'chat.completion.chunk', choices, ...more })}\n\n`;
  const pieces = text.match(/.{1,12}/gs) ?? [];
  const { socket } = request;
  startStream(request);
  for (const content of pieces) await write(socket, chunk([{ index: 0, delta: { content }, finish_reason: null }]));
  await write(socket, chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]) + chunk([], { usage }));
  await write(socket, 'data: [DONE]\n\n');
  socket.end();
}
