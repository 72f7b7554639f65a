import type { ListedModel, Model } from '../../catalog/index.ts';
import { type Dialect, encodeAnthropicError, encodeGoogleError, encodeOpenAiError } from '../../dialects/index.ts';
import type { RequestHeaders } from '../route.ts';
import { type ListQuery, pageByIds, pageByToken } from './model-pages.ts';
import { modelRow } from './openrouter-shape.ts';

/** Its deployments, where a list says more than is listed. */
export type ResolveModel = (name: string) => Model | null;

/** How one vendor's clients want models listed. `id` of a page is the name that callers use. */
export type ModelShape = {
  readonly one: (model: ListedModel, resolve: ResolveModel) => Readonly<Record<string, unknown>>;
  /** Throws a GatewayError for a page that cannot be. */
  readonly list: (
    models: readonly ListedModel[],
    query: ListQuery,
    resolve: ResolveModel,
  ) => Readonly<Record<string, unknown>>;
  readonly encodeError: Dialect['encodeError'];
};

const UNRESOLVED: ResolveModel = () => null;

const openAi: ModelShape = {
  one: ({ id, ownedBy, createdS, contextWindow, maxOutput }) => ({
    id,
    object: 'model',
    created: createdS,
    owned_by: ownedBy,
    ...(contextWindow === null ? {} : { context_length: contextWindow }),
    ...(maxOutput === null ? {} : { max_output_tokens: maxOutput }),
  }),
  // Codex asks with its version and wants `models`, without which it reports an error at every start. What it found
  // there would take the place of what it knows of a model itself, its instructions included, which we do not have: so
  // it is told that there is nothing to add (codex-rs/models-manager/src/manager.rs, apply_remote_models).
  list: (models, { client_version: codex }) => ({
    object: 'list',
    data: models.map((model) => openAi.one(model, UNRESOLVED)),
    ...(codex === undefined ? {} : { models: [] }),
  }),
  encodeError: encodeOpenAiError,
};

const openRouter: ModelShape = {
  one: (model, resolve) => modelRow(model, resolve(model.id)),
  list: (models, _query, resolve) => ({
    object: 'list',
    data: models.map((model) => modelRow(model, resolve(model.id))),
    total_count: models.length,
    links: { next: null },
  }),
  encodeError: encodeOpenAiError,
};

const anthropic: ModelShape = {
  one: (model) => ({
    type: 'model',
    id: model.id,
    display_name: model.id,
    description: describe(model),
    created_at: new Date(model.createdS * 1000).toISOString(),
    max_input_tokens: model.contextWindow,
    max_tokens: model.maxOutput,
    capabilities: null,
  }),
  list: (models, query) => {
    const { page, hasMore } = pageByIds(models, query);
    return {
      data: page.map((model) => anthropic.one(model, UNRESOLVED)),
      has_more: hasMore,
      first_id: page[0]?.id ?? null,
      last_id: page.at(-1)?.id ?? null,
    };
  },
  encodeError: encodeAnthropicError,
};

/** Claude Code shows it beside the name. */
function describe({ ownedBy, contextWindow }: ListedModel): string {
  return contextWindow === null ? `At ${ownedBy}` : `At ${ownedBy}, ${contextWindow} tokens`;
}

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
  list: (models, query) => {
    const { page, nextToken } = pageByToken(models, query);
    return {
      models: page.map((model) => gemini.one(model, UNRESOLVED)),
      ...(nextToken === null ? {} : { nextPageToken: nextToken }),
    };
  },
  encodeError: encodeGoogleError,
};

const OPENAI_CLIENT = /^(?:Async)?(?:Azure)?OpenAI\//;

/**
 * `/v1/models` is an address of three vendors: their clients are told apart by the headers that only they send, and by
 * Gemini's version in the path.
 */
export function shapeFor(headers: RequestHeaders, query: Readonly<Record<string, unknown>>, path: string): ModelShape {
  if (/\/v1(?:alpha|beta1?)\//.test(path)) return gemini;
  if (headers.has('anthropic-version')) return anthropic;
  if (path.startsWith('/api/v1/')) return openRouter;
  // OpenAI's own clients say who they are, whatever header they are told to put the key in.
  if (headers.has('authorization') || OPENAI_CLIENT.test(headers.get('user-agent') ?? '')) return openAi;
  const isGemini = headers.has('x-goog-api-key') || headers.has('x-goog-api-client') || 'key' in query;
  return isGemini ? gemini : openAi;
}
