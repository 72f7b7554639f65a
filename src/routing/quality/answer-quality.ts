import { type JsonObject, parseJson } from '../../std/index.ts';
import { fitsSchema } from './fits-schema.ts';

/** What an answer that came whole says of its deployment's quality. */
export type AnswerQuality = {
  /** null: it called no tool. */
  readonly calls: 'sound' | 'unsound' | null;
  /** It ended well and said nothing, or ended in an error of the model's. */
  readonly isEmpty: boolean;
};

type Call = { readonly name: string; readonly input: string };
type Tools = { readonly schemas: ReadonlyMap<string, JsonObject | null>; readonly hasOthers: boolean };

/**
 * One unsound call makes the answer unsound, as OpenRouter counts: arguments that are no JSON, a name that was not
 * declared, or arguments that are not what its schema asks for.
 */
export function judgeCalls(calls: readonly Call[], tools: Tools): AnswerQuality['calls'] {
  if (calls.length === 0) return null;
  return calls.every((call) => isSound(call, tools)) ? 'sound' : 'unsound';
}

function isSound({ name, input }: Call, { schemas, hasOthers }: Tools): boolean {
  const schema = schemas.get(name);
  if (schema === undefined && !hasOthers) return false;
  // A tool without parameters is called with nothing by some.
  const parsed = parseJson(Buffer.from(input.trim() === '' ? '{}' : input));
  return parsed.ok && (schema === undefined || schema === null || fitsSchema(parsed.value, schema));
}
