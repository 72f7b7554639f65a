import type { DialectId } from '../../inference/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { ReceivedRequest } from '../dialect.ts';
import { camelCased } from '../google/spelling.ts';
import { asObject, asTexts } from '../loosely.ts';
import { byImages, byMediaType, byMember, byType, type Medium, type MediumOf, mediaIn } from './media.ts';
import {
  ANTHROPIC,
  BEDROCK,
  BEDROCK_CONFIG,
  COHERE,
  type FieldGroup,
  GEMINI,
  GEMINI_CONFIG,
  OLLAMA,
  OLLAMA_OPTIONS,
  OPENAI,
  parametersIn,
} from './parameters.ts';

export type Wants = {
  /** What it holds besides text. */
  readonly inputs: readonly Medium[];
  readonly outputs: readonly (Medium | 'text' | 'embedding')[];
  /** Parameters that it sets, by OpenRouter's names. */
  readonly parameters: readonly string[];
};

/** How the requests of a family of dialects say what they want. */
type Family = {
  /** Members of the body in which turns stand. */
  readonly turns: readonly string[];
  readonly mediumOf: MediumOf;
  readonly parameters: readonly FieldGroup[];
  readonly outputsOf: (body: JsonObject) => Wants['outputs'];
};

const TEXT: Wants['outputs'] = ['text'];
const EMBEDDING: Wants['outputs'] = ['embedding'];

const openAi: Family = {
  turns: ['messages', 'input'],
  mediumOf: byType,
  parameters: [{ within: null, fields: OPENAI }],
  outputsOf: ({ modalities }) => outputsNamed(asTexts(modalities)),
};
const anthropic: Family = {
  turns: ['messages', 'system'],
  mediumOf: byType,
  parameters: [{ within: null, fields: ANTHROPIC }],
  outputsOf: () => TEXT,
};
const cohere: Family = { ...anthropic, turns: ['messages'], parameters: [{ within: null, fields: COHERE }] };
const gemini: Family = {
  turns: ['contents', 'systemInstruction', 'system_instruction'],
  mediumOf: byMediaType,
  parameters: [
    { within: null, fields: GEMINI, isGoogles: true },
    { within: 'generationConfig', fields: GEMINI_CONFIG, isGoogles: true },
    { within: 'generation_config', fields: GEMINI_CONFIG, isGoogles: true },
  ],
  outputsOf: (body) => {
    const config = camelCased(asObject(camelCased(body)['generationConfig']) ?? {});
    return outputsNamed(asTexts(config['responseModalities']).map((name) => name.toLowerCase()));
  },
};
const bedrock: Family = {
  turns: ['messages', 'system'],
  mediumOf: byMember,
  parameters: [
    { within: null, fields: BEDROCK },
    { within: 'inferenceConfig', fields: BEDROCK_CONFIG },
  ],
  outputsOf: () => TEXT,
};
const ollama: Family = {
  turns: ['messages'],
  mediumOf: byImages,
  parameters: [
    { within: null, fields: OLLAMA },
    { within: 'options', fields: OLLAMA_OPTIONS },
  ],
  outputsOf: () => TEXT,
};
const embedding: Family = {
  turns: ['inputs', 'content', 'requests'],
  mediumOf: (part) => byType(part) ?? byMediaType(part),
  parameters: [],
  outputsOf: () => EMBEDDING,
};

const families: Readonly<Record<DialectId, Family>> = {
  'openai-chat': openAi,
  'openai-completions': openAi,
  'openai-responses': openAi,
  'openai-compact': openAi,
  'openai-embeddings': embedding,
  'anthropic-messages': anthropic,
  'bedrock-invoke': anthropic,
  'bedrock-converse': bedrock,
  'gemini-generate': gemini,
  'gemini-embed': embedding,
  'gemini-batch-embed': embedding,
  'cohere-chat': cohere,
  'cohere-embed': embedding,
  'ollama-chat': ollama,
  'ollama-generate': { ...ollama, turns: [], mediumOf: byImages },
  'ollama-embed': embedding,
  'ollama-embeddings': embedding,
  'vertex-embed': embedding,
  'bedrock-titan-embed': embedding,
  'bedrock-cohere-embed': embedding,
};

/** What a request wants of a model, read off its body as it came: nothing is decoded for it. */
export function wantsOf({ dialect, body }: Pick<ReceivedRequest, 'dialect' | 'body'>): Wants {
  const { turns, mediumOf, parameters, outputsOf } = families[dialect];
  // Ollama's one-shot request is a turn itself.
  const values = turns.length === 0 ? [body] : turns.map((name) => body[name]);
  return {
    inputs: mediaIn(values, mediumOf),
    outputs: outputsOf(body),
    parameters: parametersIn(body, parameters),
  };
}

const OUTPUTS: ReadonlySet<string> = new Set(['text', 'image', 'audio', 'video']);

function isOutput(name: string): name is 'text' | Medium {
  return OUTPUTS.has(name);
}

function outputsNamed(names: readonly string[]): Wants['outputs'] {
  return names.length === 0 ? TEXT : names.filter(isOutput);
}
