import type { BlockStart, ChatResponse, Choice, ContentPart, Seal, StreamPart } from '../inference/index.ts';

/** A whole answer as the stream that would have brought it: for a client that asked for one. */
export function streamOfResponse(response: ChatResponse): readonly StreamPart[] {
  const { id, model, createdS, serviceTier, extensions, usage } = response;
  const start: StreamPart = {
    type: 'start',
    id,
    model,
    createdS,
    serviceTier,
    ...(extensions === undefined ? {} : { extensions }),
  };
  const parts = [start, ...response.choices.flatMap(partsOfChoice)];
  if (usage !== null) parts.push({ type: 'usage', usage });
  parts.push({ type: 'end' });
  return parts;
}

function partsOfChoice({
  index: choice,
  content,
  logprobs,
  finish,
  stopSequence,
  extensions,
}: Choice): readonly StreamPart[] {
  const parts = content.flatMap((part, block) => partsOfBlock(part, choice, block));
  if (logprobs !== null) parts.push({ type: 'logprobs', choice, tokens: logprobs });
  parts.push({ type: 'finish', choice, finish, stopSequence, ...(extensions === undefined ? {} : { extensions }) });
  return parts;
}

function partsOfBlock(part: ContentPart, choice: number, block: number): readonly StreamPart[] {
  const at = { choice, block };
  const parts: StreamPart[] = [{ type: 'block-start', ...at, content: startOf(part) }];
  const text = growingText(part);
  if (text !== '') parts.push({ type: 'delta', ...at, text });
  if (part.type === 'text') {
    for (const citation of part.citations ?? []) parts.push({ type: 'citation', ...at, citation });
  }
  parts.push({ type: 'block-end', ...at, seal: sealOf(part) });
  return parts;
}

function startOf(part: ContentPart): BlockStart {
  if (part.type === 'text' || part.type === 'refusal') {
    const { type, extensions } = part;
    return extensions === undefined ? { type } : { type, extensions };
  }
  if (part.type === 'reasoning') {
    const { isSummary, extensions } = part;
    return { type: 'reasoning', isSummary, ...(extensions === undefined ? {} : { extensions }) };
  }
  if (part.type !== 'tool-call') return { type: 'whole', part };
  const { input: _, cache: __, ...start } = part;
  return start;
}

function growingText(part: ContentPart): string {
  if (part.type === 'text' || part.type === 'refusal' || part.type === 'reasoning') return part.text;
  return part.type === 'tool-call' ? part.input : '';
}

function sealOf(part: ContentPart): Seal | null {
  if (part.type === 'reasoning') return part.seal;
  return part.type === 'text' || part.type === 'tool-call' ? (part.seal ?? null) : null;
}
