import type { Assumption, ExplainedCall } from '../../api/routing.ts';
import { m } from '../../messages/index.ts';

const words = m.routing.explain;

/** What is typed of a call that is not made. */
export type Asked = {
  readonly model: string;
  readonly prompt: string;
  readonly maxTokens: number | string;
  readonly stream: boolean;
  readonly asKey: string;
  /** Further members of the body, as JSON. */
  readonly more: string;
  readonly down: string[];
  /** The deployment that has another price. */
  readonly priced: string | null;
  readonly input: string;
  readonly output: string;
};

export const nothingAsked: Asked = {
  model: '',
  prompt: 'Hello',
  maxTokens: 1_000,
  stream: false,
  asKey: '',
  more: '',
  down: [],
  priced: '',
  input: '',
  output: '',
};

const USD = /^\d{1,7}(?:\.\d{1,6})?$/;

/** By the field that is wrong. */
export function faultsOf({ model, more, priced, input, output }: Asked): Record<string, string> {
  const isPriced = priced !== null && priced !== '';
  const wrong = (usd: string): boolean => (isPriced ? !USD.test(usd.trim()) : usd.trim() !== '');
  const price = isPriced ? words.wrongUsd : words.ofWhom;
  return {
    ...(model === '' ? { model: m.form.required } : {}),
    ...(membersIn(more) === null ? { more: words.wrongMore } : {}),
    ...(wrong(input) ? { input: price } : {}),
    ...(wrong(output) ? { output: price } : {}),
  };
}

export function callOf(asked: Asked): ExplainedCall {
  const { model, prompt, maxTokens, stream, asKey, more } = asked;
  const body = {
    model,
    messages: [{ role: 'user', content: prompt }],
    ...(maxTokens === '' ? {} : { max_tokens: Number(maxTokens) }),
    ...(stream ? { stream } : {}),
    ...membersIn(more),
  };
  const assume = assumptionOf(asked);
  return {
    path: '/v1/chat/completions',
    body,
    ...(asKey.trim() === '' ? {} : { as_key: asKey.trim() }),
    ...(assume === null ? {} : { assume }),
  };
}

function assumptionOf({ down, priced, input, output }: Asked): Assumption | null {
  const isPriced = priced !== null && priced !== '';
  if (down.length === 0 && !isPriced) return null;
  return {
    ...(down.length === 0 ? {} : { down }),
    ...(isPriced ? { prices: { [priced]: { input: input.trim(), output: output.trim() } } } : {}),
  };
}

/** null: it is no JSON object. */
function membersIn(text: string): Readonly<Record<string, unknown>> | null {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
  } catch {
    return null;
  }
}
