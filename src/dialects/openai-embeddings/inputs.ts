import { GatewayError } from '../../inference/index.ts';
import { wrongType } from '../fields.ts';

/** `input` in its four forms: a text, texts, a text as token numbers, texts as token numbers. */
export function readInputs(input: unknown): readonly (string | readonly number[])[] {
  if (typeof input === 'string') return [input];
  if (!Array.isArray(input)) throw wrongType('input', 'a string or an array', input);
  if (input.length === 0)
    throw new GatewayError('invalid_request', "'input' must hold at least one text.", { param: 'input' });
  return input.every(isToken) ? [input] : input.map(readOne);
}

function readOne(value: unknown, index: number): string | readonly number[] {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every(isToken)) return value;
  throw wrongType(`input[${index}]`, 'a string or an array of token numbers', value);
}

function isToken(value: unknown): value is number {
  return Number.isInteger(value) && Number(value) >= 0;
}
