import type { BlockStart, ContentPart, FinishReason, Seal, StreamPart, Usage } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { AnswerContext, Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { audioId, callsTheOldWay, headOf, showsThoughts } from '../openai/client.ts';
import { ownOf } from '../openai/own.ts';
import { flatToolName } from '../tools/tool-name.ts';
import { encodeAnnotation, encodeImage, encodeLogprobs } from './answer-details.ts';
import { audioOf } from './encode-response.ts';
import { encodeFinishReason } from './finish-reason.ts';
import { detailsOfThought, extraContent, isHidden, sealDetail, textDetail } from './thoughts.ts';
import { encodeUsage } from './usage.ts';

type Block = {
  readonly start: BlockStart;
  /** Of a call: which of the choice's. Of a thought: the index of its entries. */
  readonly nth: number;
  hasText: boolean;
};

type ClientChoice = {
  readonly index: number;
  readonly blocks: Map<number, Block>;
  calls: number;
  details: number;
  finish: FinishReason | null;
};

/** What has been written to one client. */
export type ClientStream = {
  readonly context: AnswerContext;
  readonly isOld: boolean;
  readonly isOpen: boolean;
  /** `{"id":…,` up to the choices, and what follows them: the same in all chunks. */
  head: string;
  readonly tail: string;
  readonly choices: Map<number, ClientChoice>;
  usage: Usage | null;
};

const ROLE = '{"role":"assistant","content":"","refusal":null}';
const DONE: WireEvent = { name: null, data: '[DONE]' };
const NAMELESS = { id: null, model: null, createdS: null, serviceTier: null };

export function encodeChatStream(context: AnswerContext): Steps<StreamPart, WireEvent> {
  const state = openClientStream(context);
  return { push: (part) => stepToClient(state, part), end: () => [] };
}

export function openClientStream(context: AnswerContext): ClientStream {
  return {
    context,
    isOld: callsTheOldWay(context),
    isOpen: showsThoughts(context),
    head: headText(NAMELESS, context),
    tail: context.received.includesUsage ? ',"usage":null}' : '}',
    choices: new Map(),
    usage: null,
  };
}

function headText(head: Parameters<typeof headOf>[0], context: AnswerContext): string {
  return `${JSON.stringify(headOf(head, 'chat.completion.chunk', 'chatcmpl', context)).slice(0, -1)},"choices":[`;
}

export function stepToClient(state: ClientStream, part: StreamPart): readonly WireEvent[] {
  switch (part.type) {
    case 'start':
      state.head = headText(part, state.context);
      return [];
    case 'usage':
      state.usage = part.usage;
      return [];
    case 'end':
      return ending(state);
    // The pipeline ends a stream that broke off, with an error event of this dialect.
    case 'error':
      return [];
    default:
      return stepOfChoice(state, part);
  }
}

function stepOfChoice(
  state: ClientStream,
  part: Extract<StreamPart, { readonly choice: number }>,
): readonly WireEvent[] {
  const out: WireEvent[] = [];
  const choice = choiceAt(state, part.choice, out);
  switch (part.type) {
    case 'block-start':
      beginBlock(state, choice, part.block, part.content, out);
      break;
    case 'delta':
      growBlock(state, choice, part.block, part.text, out);
      break;
    case 'citation': {
      const annotation = encodeAnnotation(part.citation);
      if (annotation !== null) write(state, choice, { annotations: [annotation] }, out);
      break;
    }
    case 'block-end':
      endBlock(state, choice, part.block, part.seal, out);
      break;
    case 'logprobs':
      out.push(chunk(state, choice.index, '{}', JSON.stringify(encodeLogprobs(part.tokens)), null));
      break;
    case 'finish':
      choice.finish = part.finish;
  }
  return out;
}

/** A choice begins with its role. */
function choiceAt(state: ClientStream, index: number, out: WireEvent[]): ClientChoice {
  const known = state.choices.get(index);
  if (known !== undefined) return known;
  const choice: ClientChoice = { index, blocks: new Map(), calls: 0, details: 0, finish: null };
  state.choices.set(index, choice);
  out.push(chunk(state, index, ROLE, 'null', null));
  return choice;
}

function beginBlock(state: ClientStream, choice: ClientChoice, at: number, start: BlockStart, out: WireEvent[]): void {
  if (start.type === 'whole') {
    writeWhole(state, choice, start.part, out);
    return;
  }
  const nth = start.type === 'tool-call' ? choice.calls++ : start.type === 'reasoning' ? choice.details++ : 0;
  choice.blocks.set(at, { start, nth, hasText: false });
  if (start.type !== 'tool-call') return;
  const name = flatToolName(start);
  if (start.kind === 'custom')
    writeCall(state, choice, { index: nth, id: start.id, type: 'custom', custom: { name, input: '' } }, out);
  else if (!state.isOld)
    writeCall(state, choice, { index: nth, ...functionCall(start, name), ...extraOf(state, start.seal ?? null) }, out);
  else if (nth === 0) write(state, choice, { function_call: { name, arguments: '' } }, out);
}

function functionCall({ id }: { readonly id: string }, name: string): JsonObject {
  return { id, type: 'function', function: { name, arguments: '' } };
}

/** Google's place for the signature of a call, and the one that the AI SDK keeps if it is in the call's first chunk. */
function extraOf({ isOpen }: ClientStream, seal: Seal | null): JsonObject {
  return isOpen && seal?.format === 'google-gemini-v1' ? { extra_content: extraContent(seal) } : {};
}

function growBlock(state: ClientStream, choice: ClientChoice, at: number, text: string, out: WireEvent[]): void {
  const block = choice.blocks.get(at);
  if (block === undefined || text === '') return;
  const { start, nth } = block;
  block.hasText = true;
  switch (start.type) {
    case 'text':
      out.push(chunk(state, choice.index, `{"content":${JSON.stringify(text)}}`, 'null', null));
      return;
    case 'refusal':
      write(state, choice, { refusal: text }, out);
      return;
    case 'reasoning':
      if (state.isOpen)
        write(
          state,
          choice,
          { reasoning_content: text, reasoning_details: [textDetail(text, start.isSummary, null, nth)] },
          out,
        );
      return;
    case 'tool-call':
      if (start.kind === 'custom') writeCall(state, choice, { index: nth, custom: { input: text } }, out);
      else if (!state.isOld) writeCall(state, choice, { index: nth, function: { arguments: text } }, out);
      else if (nth === 0) write(state, choice, { function_call: { arguments: text } }, out);
  }
}

/** A function that takes nothing was called with an empty object; a seal comes when its block is whole. */
function endBlock(state: ClientStream, choice: ClientChoice, at: number, seal: Seal | null, out: WireEvent[]): void {
  const block = choice.blocks.get(at);
  if (block === undefined) return;
  const { start, nth, hasText } = block;
  if (start.type === 'tool-call' && start.kind === 'function' && !hasText) growBlock(state, choice, at, '{}', out);
  if (seal === null || !state.isOpen) return;
  if (start.type === 'reasoning') {
    write(state, choice, { reasoning_details: [sealEntry(start.isSummary, seal, nth)] }, out);
    return;
  }
  const callId = start.type === 'tool-call' ? start.id : null;
  const details = { reasoning_details: [sealDetail(seal, callId, choice.details++)] };
  const isLate = start.type === 'tool-call' && start.seal === undefined && !state.isOld;
  const extra = isLate ? extraOf(state, seal) : {};
  // The AI SDK takes no call without its function.
  const call = { index: nth, function: { arguments: '' }, ...extra };
  write(state, choice, { ...(Object.keys(extra).length === 0 ? {} : { tool_calls: [call] }), ...details }, out);
}

/** The text has gone out before: its signature follows alone, under the same index. */
function sealEntry(isSummary: boolean, seal: Seal, index: number): JsonObject {
  if (isHidden(isSummary, seal)) return sealDetail(seal, seal.id, index);
  const entry = { type: 'reasoning.text', signature: seal.value, format: seal.format, index };
  return seal.id === null ? entry : { ...entry, id: seal.id };
}

function writeWhole(state: ClientStream, choice: ClientChoice, part: ContentPart, out: WireEvent[]): void {
  if (part.type === 'reasoning' && state.isOpen) {
    const details = detailsOfThought(part, choice.details++);
    write(
      state,
      choice,
      part.text === '' ? { reasoning_details: details } : { reasoning_content: part.text, reasoning_details: details },
      out,
    );
  } else if (part.type === 'image') {
    const image = encodeImage(part);
    if (image !== null) write(state, choice, { images: [image] }, out);
  } else if (part.type === 'audio' && part.media.kind === 'base64') {
    const id = audioId(ownOf(part), state.context);
    write(state, choice, { audio: audioOf(part.media.base64, part.transcript, id, state.context) }, out);
  }
}

function writeCall(state: ClientStream, choice: ClientChoice, call: JsonObject, out: WireEvent[]): void {
  write(state, choice, { tool_calls: [call] }, out);
}

function write(state: ClientStream, choice: ClientChoice, delta: JsonObject, out: WireEvent[]): void {
  out.push(chunk(state, choice.index, JSON.stringify(delta), 'null', null));
}

/** Written by hand around the delta: of a chunk only its delta is new, and there are thousands. */
function chunk(state: ClientStream, index: number, delta: string, logprobs: string, finish: string | null): WireEvent {
  const reason = finish === null ? 'null' : `"${finish}"`;
  const choice = `{"index":${index},"delta":${delta},"logprobs":${logprobs},"finish_reason":${reason}}`;
  return { name: null, data: `${state.head}${choice}]${state.tail}` };
}

function ending(state: ClientStream): readonly WireEvent[] {
  const out: WireEvent[] = [];
  for (const { index, finish } of state.choices.values()) {
    const word = finish === null ? 'stop' : encodeFinishReason(finish);
    const reason = word === 'tool_calls' && state.isOld ? 'function_call' : word;
    out.push(chunk(state, index, '{}', 'null', reason));
  }
  if (state.context.received.includesUsage && state.usage !== null)
    out.push({ name: null, data: `${state.head}],"usage":${JSON.stringify(encodeUsage(state.usage))}}` });
  out.push(DONE);
  return out;
}
