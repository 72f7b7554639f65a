import type { ListedModel } from '../../catalog/index.ts';
import { type Dialect, dialects } from '../../dialects/index.ts';

/** How one vendor's clients want models listed. `id` of a page is the name that callers use. */
export type ModelShape = {
  readonly one: (model: ListedModel) => Readonly<Record<string, unknown>>;
  readonly list: (models: readonly ListedModel[]) => Readonly<Record<string, unknown>>;
  readonly encodeError: Dialect['encodeError'];
};

const openAi: ModelShape = {
  one: ({ id, ownedBy, createdS, contextWindow, maxOutput }) => ({
    id,
    object: 'model',
    created: createdS,
    owned_by: ownedBy,
    ...(contextWindow === null ? {} : { context_length: contextWindow }),
    ...(maxOutput === null ? {} : { max_output_tokens: maxOutput }),
  }),
  list: (models) => ({ object: 'list', data: models.map(openAi.one) }),
  encodeError: dialects['openai-chat'].encodeError,
};

const anthropic: ModelShape = {
  one: ({ id, createdS, contextWindow, maxOutput }) => ({
    type: 'model',
    id,
    display_name: id,
    created_at: new Date(createdS * 1000).toISOString(),
    max_input_tokens: contextWindow,
    max_tokens: maxOutput,
    capabilities: null,
  }),
  list: (models) => ({
    data: models.map(anthropic.one),
    has_more: false,
    first_id: models[0]?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  }),
  encodeError: dialects['anthropic-messages'].encodeError,
};

const METHODS = ['generateContent', 'streamGenerateContent', 'countTokens'];

const gemini: ModelShape = {
  one: ({ id, contextWindow, maxOutput }) => ({
    name: `models/${id}`,
    baseModelId: id,
    version: '001',
    displayName: id,
    ...(contextWindow === null ? {} : { inputTokenLimit: contextWindow }),
    ...(maxOutput === null ? {} : { outputTokenLimit: maxOutput }),
    supportedGenerationMethods: METHODS,
  }),
  list: (models) => ({ models: models.map(gemini.one) }),
  encodeError: dialects['gemini-generate'].encodeError,
};

const OPENAI_CLIENT = /^(?:Async)?(?:Azure)?OpenAI\//;

/**
 * `/v1/models` is an address of three vendors: their clients are told apart by the headers that only they send, and by
 * Gemini's version in the path.
 */
export function shapeFor(headers: Headers, query: Readonly<Record<string, unknown>>, path: string): ModelShape {
  if (/\/v1(?:alpha|beta1?)\//.test(path)) return gemini;
  if (headers.has('anthropic-version')) return anthropic;
  // OpenAI's own clients say who they are, whatever header they are told to put the key in.
  if (headers.has('authorization') || OPENAI_CLIENT.test(headers.get('user-agent') ?? '')) return openAi;
  const isGemini = headers.has('x-goog-api-key') || headers.has('x-goog-api-client') || 'key' in query;
  return isGemini ? gemini : openAi;
}
