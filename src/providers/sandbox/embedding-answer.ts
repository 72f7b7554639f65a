import type { JsonObject } from '../../std/index.ts';
import { embeddingVector } from './embedding-vector.ts';
import { type AnswerLabels, errorAnswer, plainAnswer, type SandboxAnswer } from './sandbox-answer.ts';
import type { SandboxModel } from './sandbox-models.ts';
import { countTokens } from './sandbox-text.ts';

const DEFAULT_DIMENSIONS = 256;
const MAX_DIMENSIONS = 4096;
const MAX_INPUTS = 2048;

export function embeddingAnswer(body: JsonObject, model: SandboxModel, labels: AnswerLabels): SandboxAnswer {
  const inputs = readInputs(body['input']);
  if (inputs === null)
    return errorAnswer(400, null, `'input' must be a text, tokens, or a list of 1 to ${MAX_INPUTS} of them.`, 'input');
  const dimensions = body['dimensions'] ?? DEFAULT_DIMENSIONS;
  if (
    typeof dimensions !== 'number' ||
    !Number.isInteger(dimensions) ||
    dimensions < 1 ||
    dimensions > MAX_DIMENSIONS
  ) {
    return errorAnswer(400, null, `'dimensions' must be a whole number from 1 to ${MAX_DIMENSIONS}.`, 'dimensions');
  }
  const tooLong = inputs.find((input) => countTokens(input) > model.contextWindow);
  if (tooLong !== undefined) {
    const message = `This model's maximum context length is ${model.contextWindow} tokens; an input has ${countTokens(tooLong)}.`;
    return errorAnswer(400, 'context_length_exceeded', message, 'input');
  }
  const isBase64 = body['encoding_format'] === 'base64';
  const data = inputs.map((input, index) => {
    const vector = embeddingVector(input, dimensions);
    return { object: 'embedding', index, embedding: isBase64 ? littleEndian(vector) : [...vector] };
  });
  const tokens = inputs.reduce((sum, input) => sum + countTokens(input), 0);
  return plainAnswer({
    object: 'list',
    data,
    model: labels.model,
    usage: { prompt_tokens: tokens, total_tokens: tokens },
  });
}

function littleEndian(vector: Float32Array): string {
  const bytes = Buffer.alloc(vector.length * 4);
  for (const [index, value] of vector.entries()) bytes.writeFloatLE(value, index * 4);
  return bytes.toString('base64');
}

function readInputs(input: unknown): readonly string[] | null {
  if (typeof input === 'string') return input === '' ? null : [input];
  if (!Array.isArray(input) || input.length === 0) return null;
  if (input.every((item) => typeof item === 'number')) return [input.join(' ')];
  if (input.length > MAX_INPUTS || !input.every((item) => typeof item === 'string' || Array.isArray(item))) return null;
  return input.map((item) => (Array.isArray(item) ? item.join(' ') : item));
}
