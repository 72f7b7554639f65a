import type { Citation, ContentPart, Extensions } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { asNumber, asObject, asObjects, asText } from '../loosely.ts';
import { decodeCitation } from './citations.ts';

/**
 * Marks a thought as Cohere's `tool_plan`, what models that do not think otherwise say before they call tools. Its
 * place is another than that of thoughts.
 */
export const PLAN: Extensions = { 'cohere-chat': { place: 'tool_plan' } };

export function isPlan({ extensions }: { readonly extensions?: Extensions }): boolean {
  return extensions?.['cohere-chat']?.['place'] === 'tool_plan';
}

/** What an assistant said, in a request or in an answer. */
export function readAssistant(message: JsonObject): readonly ContentPart[] {
  const { content } = message;
  const items = typeof content === 'string' ? [{ type: 'text', text: content }] : asObjects(content);
  const cited = citationsByItem(items, asObjects(message['citations']));
  const plan = asText(message['tool_plan']) ?? '';
  return [
    ...items.flatMap((item, index) => readItem(item, cited.get(index))),
    ...(plan === ''
      ? []
      : [{ type: 'reasoning', text: plan, isSummary: false, seal: null, extensions: PLAN } as const]),
    ...asObjects(message['tool_calls']).map(readCall),
  ];
}

function readItem(item: JsonObject, citations: readonly Citation[] | undefined): readonly ContentPart[] {
  if (item['type'] === 'thinking') {
    return [{ type: 'reasoning', text: asText(item['thinking']) ?? '', isSummary: false, seal: null }];
  }
  const text = asText(item['text']);
  return text === null ? [] : [{ type: 'text', text, ...(citations === undefined ? {} : { citations }) }];
}

/** A citation that names no item is of the first text. */
function citationsByItem(
  items: readonly JsonObject[],
  citations: readonly JsonObject[],
): ReadonlyMap<number, readonly Citation[]> {
  const first = items.findIndex(({ type }) => type === 'text');
  const ofText = citations.filter(isOfText);
  const placed = ofText.map((citation) => ({ at: asNumber(citation['content_index']) ?? first, citation }));
  const grouped = Map.groupBy(placed, ({ at }) => at);
  return new Map([...grouped].map(([at, group]) => [at, group.map(({ citation }) => decodeCitation(citation))]));
}

/** Thoughts and plans are cited as well; there is no place for that elsewhere. */
export function isOfText({ type }: JsonObject): boolean {
  return type === undefined || type === null || type === 'TEXT_CONTENT';
}

function readCall(call: JsonObject): ContentPart {
  const called = asObject(call['function']);
  return {
    type: 'tool-call',
    id: asText(call['id']) ?? '',
    name: asText(called?.['name']) ?? '',
    kind: 'function',
    namespace: null,
    input: asText(called?.['arguments']) ?? '',
  };
}
