import type { ReasoningEffort, ReasoningWish } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import { effortOf, isEffort } from '../effort.ts';
import { asBoolean, asNumber, asObject } from '../loosely.ts';
import { type Encoding, leaveOut } from './encoding.ts';

/** OpenAI's field, OpenRouter's object and its older switch, and DeepSeek's, Z.ai's and LiteLLM's `thinking`. */
const FIELDS = ['reasoning_effort', 'reasoning', 'include_reasoning', 'thinking'] as const;

/** null: the client says nothing of it in any spelling. */
export function decodeReasoning(body: JsonObject): ReasoningWish | null {
  const object = asObject(body['reasoning']);
  const thinking = asObject(body['thinking']);
  const effort = readEffort(body['reasoning_effort'] ?? object?.['effort']);
  const include = asBoolean(body['include_reasoning']);
  const exclude = asBoolean(object?.['exclude']);
  if (effort === null && object === null && thinking === null && include === null) return null;
  return {
    mode: effort === 'none' ? 'off' : (modeOf(thinking?.['type']) ?? switched(asBoolean(object?.['enabled']))),
    effort,
    budgetTokens: asNumber(object?.['max_tokens']) ?? asNumber(thinking?.['budget_tokens']),
    summary: null,
    isShown: exclude === null ? include : !exclude,
  };
}

function readEffort(word: unknown): ReasoningEffort | null {
  return isEffort(word) ? word : null;
}

function modeOf(type: unknown): ReasoningWish['mode'] {
  if (type === 'adaptive') return 'adaptive';
  return type === 'enabled' ? 'on' : type === 'disabled' ? 'off' : null;
}

function switched(enabled: boolean | null): ReasoningWish['mode'] {
  return enabled === null ? null : enabled ? 'on' : 'off';
}

/** The client's own fields, for as long as they say what is wanted; else OpenAI's one. */
export function encodeReasoning(wish: ReasoningWish | null, mine: JsonObject | null, encoding: Encoding): JsonObject {
  const own = mine === null ? {} : fieldsOf(mine);
  if (wish === null) return isSame(decodeReasoning(own), wish) ? own : {};
  const { thinking } = encoding.target.facts;
  if (thinking === 'none') {
    if (wish.mode !== 'off') leaveOut(encoding, 'reasoning', 'The model does not think: the wish was left out.');
    return {};
  }
  if (isSame(decodeReasoning(own), wish)) return own;
  if (wish.summary !== null)
    leaveOut(encoding, 'reasoning.summary', "OpenAI's chat API gives no summaries of thoughts.");
  const effort = effortOf(wish, thinking !== null);
  return effort === null ? {} : { reasoning_effort: effort };
}

function fieldsOf(body: JsonObject): JsonObject {
  return Object.fromEntries(FIELDS.flatMap((field) => (body[field] === undefined ? [] : [[field, body[field]]])));
}

function isSame(one: ReasoningWish | null, other: ReasoningWish | null): boolean {
  if (one === null || other === null) return one === other;
  return (Object.keys(other) as (keyof ReasoningWish)[]).every((key) => one[key] === other[key]);
}
