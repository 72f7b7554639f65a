import { isJsonObject, type JsonObject, parseJson } from '../../std/index.ts';
import { camelCased } from '../google/spelling.ts';
import { asObject, asText } from '../loosely.ts';

/** Any JSON fits it. */
const ANY: JsonObject = Object.freeze({});
const ANY_OBJECT: JsonObject = Object.freeze({ type: 'object' });

/**
 * The JSON Schema that the text of the answer is asked to fit; null: the request asks for no JSON. In whatever dialect
 * it stands, read as it came: nothing is decoded for it.
 */
export function askedStructure(body: JsonObject): JsonObject | null {
  return (
    inFormat(body['response_format']) ??
    inFormat(asObject(body['text'])?.['format']) ??
    inFormat(asObject(body['output_config'])?.['format']) ??
    inFormat(body['output_format']) ??
    inGoogles(body['generationConfig'] ?? body['generation_config']) ??
    inBedrocks(body['outputConfig']) ??
    inOllamas(body['format'])
  );
}

/** OpenAI's chat and Responses, Anthropic's, and Cohere's, which has a schema beside `json_object`. */
function inFormat(value: unknown): JsonObject | null {
  const format = asObject(value);
  if (format === null) return null;
  const inner = asObject(format['json_schema']);
  const schema = asObject(format['schema']) ?? asObject(inner?.['schema']);
  if (format['type'] === 'json_schema') return schema ?? ANY;
  return format['type'] === 'json_object' ? (schema ?? inner ?? ANY_OBJECT) : null;
}

function inGoogles(value: unknown): JsonObject | null {
  const config = asObject(value);
  if (config === null) return null;
  const { responseSchema, responseJsonSchema, responseMimeType } = camelCased(config);
  const schema = asObject(responseJsonSchema) ?? asObject(responseSchema);
  return schema ?? (responseMimeType === 'application/json' ? ANY : null);
}

/** The schema is a text there. */
function inBedrocks(value: unknown): JsonObject | null {
  const format = asObject(asObject(value)?.['textFormat']);
  if (format?.['type'] !== 'json_schema') return null;
  const text = asText(asObject(asObject(format['structure'])?.['jsonSchema'])?.['schema']);
  const parsed = text === null ? null : parseJson(Buffer.from(text));
  return parsed?.ok === true && isJsonObject(parsed.value) ? parsed.value : ANY;
}

function inOllamas(value: unknown): JsonObject | null {
  return value === 'json' ? ANY : asObject(value);
}
