import type {
  BlockStart,
  ChatResponse,
  Choice,
  Citation,
  ContentPart,
  Extensions,
  FinishReason,
  Seal,
  StreamPart,
  TokenLogprob,
} from '../inference/index.ts';

type Block = {
  readonly start: BlockStart;
  text: string;
  readonly citations: Citation[];
  seal: Seal | null;
};

type OpenChoice = {
  readonly blocks: Map<number, Block>;
  finish: FinishReason;
  stopSequence: string | null;
  logprobs: TokenLogprob[] | null;
  extensions: Extensions | null;
};

const UNFINISHED: FinishReason = { unified: 'other', raw: null };

/** The whole answer that a stream brought, for a client that asked for one; what an error cut off is what came. */
export function responseOfStream(parts: Iterable<StreamPart>): ChatResponse {
  const choices = new Map<number, OpenChoice>();
  let head: Pick<ChatResponse, 'id' | 'model' | 'createdS' | 'serviceTier' | 'extensions'> = {
    id: null,
    model: null,
    createdS: null,
    serviceTier: null,
  };
  let usage: ChatResponse['usage'] = null;
  for (const part of parts) {
    if (part.type === 'start') {
      const { type: _, ...rest } = part;
      head = rest;
    } else if (part.type === 'usage') usage = part.usage;
    else if (part.type !== 'end' && part.type !== 'error') take(choiceAt(choices, part.choice), part);
  }
  const inOrder = [...choices].sort(([one], [other]) => one - other);
  return { ...head, usage, choices: inOrder.map(([index, choice]) => closed(index, choice)) };
}

function choiceAt(choices: Map<number, OpenChoice>, index: number): OpenChoice {
  const known = choices.get(index);
  if (known !== undefined) return known;
  const opened: OpenChoice = {
    blocks: new Map(),
    finish: UNFINISHED,
    stopSequence: null,
    logprobs: null,
    extensions: null,
  };
  choices.set(index, opened);
  return opened;
}

function take(choice: OpenChoice, part: Extract<StreamPart, { readonly choice: number }>): void {
  if (part.type === 'finish') {
    choice.finish = part.finish;
    choice.stopSequence = part.stopSequence;
    choice.extensions = part.extensions ?? null;
  } else if (part.type === 'logprobs') choice.logprobs = [...(choice.logprobs ?? []), ...part.tokens];
  else if (part.type === 'block-start')
    choice.blocks.set(part.block, { start: part.content, text: '', citations: [], seal: null });
  else {
    const block = choice.blocks.get(part.block);
    if (block === undefined) return;
    if (part.type === 'delta') block.text += part.text;
    else if (part.type === 'citation') block.citations.push(part.citation);
    else block.seal = part.seal;
  }
}

function closed(index: number, { blocks, extensions, ...ending }: OpenChoice): Choice {
  const inOrder = [...blocks].sort(([one], [other]) => one - other);
  const content = inOrder.map(([, block]) => partOf(block));
  return { index, content, ...ending, ...(extensions === null ? {} : { extensions }) };
}

function partOf({ start, text, citations, seal }: Block): ContentPart {
  if (start.type === 'whole') return start.part;
  if (start.type === 'refusal') return { ...start, text };
  if (start.type === 'reasoning') return { ...start, text, seal };
  const sealed = seal === null ? {} : { seal };
  if (start.type === 'tool-call') return { ...start, input: text, ...sealed };
  return { ...start, text, ...(citations.length === 0 ? {} : { citations }), ...sealed };
}
