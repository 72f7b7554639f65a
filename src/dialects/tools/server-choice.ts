import type { ChatRequest, ServerTool, Warning } from '../../inference/index.ts';

type Choosing = Pick<ChatRequest, 'toolChoice' | 'tools'>;

/**
 * The tool that must be called, where the provider runs it; null: the choice is about something else. Claude Code's
 * searches are such requests: Anthropic's web search alone, by the name that stands in the tool beside its type.
 */
export function chosenServerTool({ toolChoice, tools }: Choosing): ServerTool | null {
  if (toolChoice?.type !== 'tool') return null;
  const { name } = toolChoice;
  if (tools.some((tool) => tool.type !== 'server' && tool.name === name)) return null;
  for (const tool of tools)
    if (tool.type === 'server' && (tool.raw['name'] === name || tool.name === name)) return tool;
  return null;
}

export type FreeChoice<Request> = { readonly request: Request; readonly warnings: readonly Warning[] };

/** The same request for a dialect that cannot demand such a tool: the model decides. Others stay the same object. */
export function withoutServerChoice<Request extends Choosing>(request: Request): FreeChoice<Request> {
  const chosen = chosenServerTool(request);
  if (chosen === null) return { request, warnings: [] };
  const message = `That ${chosen.name} is called cannot be demanded there: the model decides.`;
  return { request: { ...request, toolChoice: null }, warnings: [{ field: 'toolChoice', message }] };
}
