import type { Seal, StreamPart } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asText } from '../loosely.ts';
import { readExtraContent } from './thoughts.ts';
import { inputText, inventedCallId } from './tool-calls.ts';

/** A tool call as far as it has come. It begins for the reader with its name. */
export type CallState = {
  readonly wireIndex: number | null;
  readonly kind: 'function' | 'custom';
  readonly id: string;
  name: string;
  /** null: not begun. */
  block: number | null;
  /** Input that came before the name. */
  early: string;
  seal: Seal | null;
  isClosed: boolean;
};

type Choice = { readonly index: number; blocks: number; readonly calls: CallState[]; seals: Seal[] };

export function takeCalls(
  choice: Choice,
  deltas: readonly JsonObject[],
  answerId: string | null,
  out: StreamPart[],
): void {
  for (const delta of deltas) takeCall(choice, delta, answerId, out);
}

function takeCall(choice: Choice, delta: JsonObject, answerId: string | null, out: StreamPart[]): void {
  const { function: called, custom, type, extra_content: extra } = delta;
  const isCustom = type === 'custom' || (!isJsonObject(called) && isJsonObject(custom));
  const said = isCustom ? custom : called;
  const { name, [isCustom ? 'input' : 'arguments']: input } = isJsonObject(said) ? said : {};
  const call = callOf(choice, delta, asText(name) ?? '') ?? open(choice, delta, isCustom, answerId);
  if (call.isClosed) return;
  call.seal = (extra === undefined ? null : readExtraContent(extra)) ?? call.seal;
  const text = inputText(input);
  if (call.block === null) {
    call.name = asText(name) ?? '';
    // Groq's word for no arguments (recorded).
    if (text !== 'null') call.early += text;
    if (call.name !== '') begin(choice, call, out);
  } else if (text !== '') out.push({ type: 'delta', choice: choice.index, block: call.block, text });
}

/**
 * The call that a delta goes on with; null: it begins one. Mistral, Google and Ollama leave out the index or give every
 * call the same one: another id with a name is another call.
 */
function callOf({ calls }: Choice, { id, index }: JsonObject, name: string): CallState | null {
  const isNamed = typeof id === 'string' && id !== '';
  if (typeof index === 'number') {
    const known = calls.findLast((call) => call.wireIndex === index);
    return known === undefined || (isNamed && known.id !== id && name !== '') ? null : known;
  }
  if (isNamed) return calls.find((call) => call.id === id) ?? null;
  return name === '' ? (calls.at(-1) ?? null) : null;
}

function open(choice: Choice, { id, index }: JsonObject, isCustom: boolean, answerId: string | null): CallState {
  const call: CallState = {
    wireIndex: typeof index === 'number' ? index : null,
    kind: isCustom ? 'custom' : 'function',
    id: asText(id) || inventedCallId(answerId, choice.index, choice.calls.length),
    name: '',
    block: null,
    early: '',
    seal: null,
    isClosed: false,
  };
  choice.calls.push(call);
  return call;
}

function begin(choice: Choice, call: CallState, out: StreamPart[]): void {
  const block = choice.blocks++;
  const { id, name, kind, early } = call;
  call.block = block;
  const content = { type: 'tool-call', id, name, kind, namespace: null } as const;
  out.push({ type: 'block-start', choice: choice.index, block, content });
  if (early !== '') out.push({ type: 'delta', choice: choice.index, block, text: early });
}

/**
 * Seals go on the calls that they name, else on the first without one, as Gemini signs the first of several. One that is
 * on a call already is a copy: it may stand on the call and among the entries.
 */
export function closeCalls(choice: Choice, out: StreamPart[]): void {
  if (!choice.calls.some((call) => !call.isClosed)) return;
  const unplaced: Seal[] = [];
  for (const seal of choice.seals) {
    if (choice.calls.some((each) => each.seal?.value === seal.value)) continue;
    const open = choice.calls.filter((call) => !call.isClosed && call.seal === null);
    const call = open.find(({ id }) => id === seal.id) ?? open[0];
    if (call === undefined) unplaced.push(seal);
    else call.seal = { ...seal, isWhole: false, id: null };
  }
  choice.seals = unplaced;
  for (const call of choice.calls) {
    if (call.isClosed) continue;
    call.isClosed = true;
    if (call.block !== null) out.push({ type: 'block-end', choice: choice.index, block: call.block, seal: call.seal });
  }
}
