import type { CacheMark, ChatRequest, ContentPart, Extensions, Message, Tool, Warning } from '../inference/index.ts';

/** Anthropic: "A maximum of 4 blocks with cache_control may be provided"; Amazon's model cards have the same number. */
const MOST_CACHE_MARKS = 4;

type Marked = { readonly cache?: CacheMark; readonly extensions?: Extensions };
type Markable = Pick<ChatRequest, 'messages'> & { readonly tools: readonly Tool[] };

export type FewerMarks<Request> = { readonly request: Request; readonly warnings: readonly Warning[] };

/**
 * No more marks than are taken. Those on the end of the tools and of the instructions in front stay, for they change
 * least; of the turns the last ones do, where the next request will look first. `onTools` false: marks on tools go
 * nowhere there, and do not count. A request with few enough stays the same object.
 */
export function withFewerCacheMarks<Request extends Markable>(request: Request, onTools = true): FewerMarks<Request> {
  const places = marksIn(request, onTools);
  const all = [...places.tools, ...places.system, ...places.turns];
  if (all.length <= MOST_CACHE_MARKS) return { request, warnings: [] };
  const kept = new Set(byWorth(places).slice(0, MOST_CACHE_MARKS));
  const message = `The upstream takes ${MOST_CACHE_MARKS} marks: of ${all.length} the last ones were kept.`;
  return {
    request: {
      ...request,
      tools: request.tools.map((tool) => (tool.type === 'server' ? tool : unmarked(tool, kept))),
      messages: request.messages.map((message) => withoutMarks(message, kept)),
    },
    warnings: [{ field: 'cache_control', message }],
  };
}

type Places = { readonly tools: Marked[]; readonly system: Marked[]; readonly turns: Marked[] };

function marksIn({ tools, messages }: Markable, onTools: boolean): Places {
  const places: Places = { tools: [], system: [], turns: [] };
  for (const tool of onTools ? tools : [])
    if (tool.type !== 'server' && tool.cache !== undefined) places.tools.push(tool);
  const first = messages.findIndex(({ role }) => role !== 'system');
  for (const [index, { content }] of messages.entries()) {
    const into = first === -1 || index < first ? places.system : places.turns;
    for (const part of content) into.push(...marksOf(part));
  }
  return places;
}

/** A thought bears none upstream. */
function marksOf(part: ContentPart): readonly Marked[] {
  const own = part.cache === undefined || part.type === 'reasoning' ? [] : [part];
  return part.type === 'tool-result' ? [...part.content.flatMap(marksOf), ...own] : own;
}

/** The most useful first. */
function byWorth({ tools, system, turns }: Places): readonly Marked[] {
  const ends = [tools.slice(-1), system.slice(-1)].flat();
  return [...ends, ...turns.toReversed(), ...system.slice(0, -1).toReversed(), ...tools.slice(0, -1).toReversed()];
}

function withoutMarks(message: Message, kept: ReadonlySet<Marked>): Message {
  if (message.role === 'system') return { ...message, content: message.content.map((part) => unmarked(part, kept)) };
  if (message.role !== 'tool') return { ...message, content: message.content.map((part) => unmarkedPart(part, kept)) };
  return {
    ...message,
    content: message.content.map((result) => ({
      ...unmarked(result, kept),
      content: result.content.map((part) => unmarked(part, kept)),
    })),
  };
}

function unmarkedPart(part: ContentPart, kept: ReadonlySet<Marked>): ContentPart {
  if (part.type !== 'tool-result') return unmarked(part, kept);
  return { ...unmarked(part, kept), content: part.content.map((inner) => unmarked(inner, kept)) };
}

function unmarked<T extends Marked>(thing: T, kept: ReadonlySet<Marked>): T {
  if (thing.cache === undefined || kept.has(thing)) return thing;
  const { cache: _, ...rest } = thing;
  return rest as T;
}
