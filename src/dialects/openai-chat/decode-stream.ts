import type { Citation, StreamPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { asNumber, asObjects, asText } from '../loosely.ts';
import { own } from '../openai/own.ts';
import { decodeSources } from './answer-details.ts';
import { type ChoiceState, closeChoice, openChoice, type Speaker, takeChoice } from './choice-decoder.ts';
import { readUsage } from './usage.ts';

/** An answer as far as it has come. */
export type AnswerState = {
  isStarted: boolean;
  isOver: boolean;
  id: string | null;
  readonly choices: Map<number, ChoiceState>;
  sources: readonly Citation[];
};

export function decodeChatStream(): Steps<WireEvent, StreamPart> {
  const state = openAnswer();
  return { push: (event) => stepOfStream(state, event), end: () => endOfStream(state) };
}

export function openAnswer(): AnswerState {
  return { isStarted: false, isOver: false, id: null, choices: new Map(), sources: [] };
}

export function stepOfStream(state: AnswerState, event: WireEvent): readonly StreamPart[] {
  if (state.isOver) return [];
  if (event.data === '[DONE]') return close(state);
  const body = parsed(event.data);
  if (body === null) return [];
  const out: StreamPart[] = [];
  takeAnswer(state, body, 'delta', out);
  const { error } = body;
  if (error !== undefined && error !== null) {
    state.isOver = true;
    out.push(errorPart(error, body));
  } else if (event.name === 'error') {
    state.isOver = true;
    out.push(errorPart(body, body));
  }
  return out;
}

/** Without `[DONE]` an answer is whole if all of it has ended: 13 of 1,111 recorded streams leave the word out. */
export function endOfStream(state: AnswerState): readonly StreamPart[] {
  const choices = [...state.choices.values()];
  const isWhole = choices.length > 0 && choices.every(({ finish }) => finish !== null);
  return state.isOver || !isWhole ? [] : close(state);
}

/**
 * What ends with the answer is said when it is over and not with `finish_reason`: seals, usage and even text have come
 * behind it.
 */
function close(state: AnswerState): readonly StreamPart[] {
  const out: StreamPart[] = [];
  closeChoices(state, out);
  state.isOver = true;
  out.push({ type: 'end' });
  return out;
}

export function closeChoices(state: AnswerState, out: StreamPart[]): void {
  for (const choice of state.choices.values()) closeChoice(choice, state.sources, out);
}

/** A chunk, or a whole answer: their members are the same. */
export function takeAnswer(state: AnswerState, body: JsonObject, member: Speaker['member'], out: StreamPart[]): void {
  const { choices, usage, x_groq: groq, citations } = body;
  const listed = Array.isArray(choices) ? asObjects(choices) : [];
  if (citations !== undefined) state.sources = decodeSources(body);
  // Azure's first chunk is about the prompt: it has no choices, no id and no model.
  if (!state.isStarted && (listed.length > 0 || isJsonObject(usage))) out.push(start(state, body));
  for (const choice of listed) {
    const index = asNumber(choice['index']) ?? 0;
    const known = state.choices.get(index) ?? openChoice(index);
    state.choices.set(index, known);
    takeChoice(known, choice, { member, answerId: state.id }, out);
  }
  const used = readUsage(usage) ?? (isJsonObject(groq) ? readUsage(groq['usage']) : null);
  if (used !== null) out.push({ type: 'usage', usage: used });
}

function start(state: AnswerState, body: JsonObject): StreamPart {
  const { id, model, created, service_tier: serviceTier, system_fingerprint: fingerprint } = body;
  state.isStarted = true;
  state.id = filled(id);
  return {
    type: 'start',
    id: state.id,
    model: filled(model),
    createdS: asNumber(created),
    serviceTier: filled(serviceTier),
    ...(filled(fingerprint) === null ? {} : own({ system_fingerprint: fingerprint })),
  };
}

function filled(value: unknown): string | null {
  return value === '' ? null : asText(value);
}

/** Groq, OpenRouter and others break off with an error in a stream that began with 200. */
function errorPart(error: unknown, body: JsonObject): StreamPart {
  if (!isJsonObject(error))
    return { type: 'error', message: asText(error) ?? 'The upstream broke off.', code: null, status: null };
  const { message, code, type, status_code: status } = error;
  const number = asNumber(status) ?? asNumber(code) ?? asNumber(body['status_code']);
  return {
    type: 'error',
    message: asText(message) ?? 'The upstream broke off.',
    code: asText(code) ?? asText(type),
    status: number !== null && number >= 400 && number <= 599 ? number : null,
  };
}

function parsed(data: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(data);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}
