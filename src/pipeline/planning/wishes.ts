import type { Deployment } from '../../catalog/index.ts';
import { type ReceivedRequest, tierMembers, tierWishedIn, webSearchTool } from '../../dialects/index.ts';
import {
  type ChatRequest,
  GatewayError,
  type ReasoningWish,
  type ServerTool,
  type ServiceTier,
} from '../../inference/index.ts';
import type { Endpoint } from '../../providers/index.ts';
import type { Candidate, Plan, Variant } from '../../routing/index.ts';
import type { Exchange } from '../exchange.ts';

type Asking = Pick<Exchange, 'preferences'>;
type At = Pick<Endpoint, 'routesBy' | 'dialect' | 'carrier' | 'provider'>;

/** Those that a gateway of OpenRouter's kind heeds at each of its models; the others are models of their own there. */
const PASSED_ON: readonly Variant[] = ['nitro', 'floor', 'exacto', 'online'];

/** The name that goes upstream, with the variants that are heeded there. */
export function upstreamNameOf({ upstreamModel }: Deployment, { routesBy }: At, { preferences }: Asking): string {
  const { variants } = preferences;
  if (variants.length === 0 || routesBy !== 'openrouter-fields') return upstreamModel;
  const missing = variants.filter((variant) => PASSED_ON.includes(variant) && !upstreamModel.includes(`:${variant}`));
  return [upstreamModel, ...missing].join(':');
}

/** Whether its model's name, or its plan, wishes for something that the request does not say, and that the upstream is to be told. */
export function wantsWishes(
  { preferences, request }: Asking & Pick<Exchange, 'request'>,
  { routesBy }: At,
  deployment: Pick<Deployment, 'tier'>,
): boolean {
  const { variants } = preferences;
  const tier = request === null ? null : untoldTier(request, deployment);
  if (request !== null && tier !== null && tierMembers(request.dialect, tier) === null) return true;
  return variants.includes('thinking') || (variants.includes('online') && routesBy !== 'openrouter-fields');
}

/** The tier at which the plan chose the deployment, where the request does not say it; null: it does, or there is none. */
export function untoldTier(
  request: Pick<ReceivedRequest, 'body'>,
  { tier }: Pick<Deployment, 'tier'>,
): ServiceTier | null {
  return tier === undefined || tierWishedIn(request.body) === tier ? null : tier;
}

/** Adaptive: an effort and no budget, in the words of whatever the model is told by. */
const THINKING: ReasoningWish = {
  mode: 'adaptive',
  effort: 'medium',
  budgetTokens: null,
  summary: null,
  isShown: null,
};

/** What `:thinking`, `:online` and the tier of the place add, where the request says nothing of it. */
export function withWishes(
  asked: ChatRequest,
  { preferences }: Asking,
  at: At,
  { tier }: Pick<Deployment, 'tier'>,
): ChatRequest {
  const { variants } = preferences;
  const request = tier === undefined ? asked : { ...asked, serviceTier: tier };
  if (variants.length === 0) return request;
  const thinking = variants.includes('thinking') && !saysHowToThink(request.reasoning);
  const searches = variants.includes('online') && at.routesBy !== 'openrouter-fields' && !hasSearch(request);
  return {
    ...request,
    ...(thinking ? { reasoning: { ...THINKING, isShown: request.reasoning?.isShown ?? null } } : {}),
    ...(searches ? { tools: [...request.tools, searchAt(at)] } : {}),
  };
}

function saysHowToThink(wish: ReasoningWish | null): boolean {
  return wish !== null && (wish.mode !== null || wish.effort !== null || wish.budgetTokens !== null);
}

function hasSearch({ tools }: ChatRequest): boolean {
  return tools.some((tool) => tool.type === 'server' && tool.service === 'web-search');
}

function searchAt({ dialect, carrier, provider }: At): ServerTool {
  const tool = webSearchTool(carrier ?? dialect);
  if (tool !== null) return tool;
  throw new GatewayError('internal_error', `${provider} was to search by ${dialect}, which cannot ask for it.`);
}

/** Leaves out who cannot search where the model's name asks for it. Throws 400 where none of those that would do can. */
export function heedingSearch(made: Plan, exchange: Asking, endpointOf: (deployment: Deployment) => At | null): Plan {
  if (!exchange.preferences.variants.includes('online') || made.candidates.length === 0) return made;
  const [candidates, unable]: [Candidate[], Candidate[]] = [[], []];
  for (const candidate of made.candidates) {
    const at = endpointOf(candidate.deployment);
    const searches =
      at !== null && (at.routesBy === 'openrouter-fields' || webSearchTool(at.carrier ?? at.dialect) !== null);
    (searches ? candidates : unable).push(candidate);
  }
  if (candidates.length === 0) throw noSearch(unable);
  const reason = 'it runs no web search that can be asked for';
  const excluded = unable.map(({ deployment, model }) => ({
    deployment,
    model,
    by: 'require_parameters' as const,
    reason,
  }));
  return { candidates, excluded: [...made.excluded, ...excluded] };
}

function noSearch(unable: readonly Candidate[]): GatewayError {
  const providers = [...new Set(unable.map(({ deployment }) => deployment.provider))].join(', ');
  return new GatewayError(
    'unsupported_parameter',
    `':online' asks for a web search, and ${providers} runs none that can be asked for. ` +
      "Those that do speak Anthropic's, Gemini's or OpenAI's Responses dialect, or are OpenRouter.",
    { param: 'model' },
  );
}
