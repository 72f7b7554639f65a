import { GatewayError } from '../inference/index.ts';
import { isJsonObject, type JsonMember, type JsonObject, parseJson, scanMembers } from '../std/index.ts';
import type { ReceivedRequest, RequestAddress } from './dialect.ts';
import { isBoolean, missingField, requireFields, wrongType } from './fields.ts';

/** Deeper nesting than any real request has; keeps recursive readers away from hostile bodies. */
export const MAX_DEPTH = 64;

/**
 * Fields that decide what is admitted, held and sent. Named twice, one reader would take the first and another the
 * last: a caller must not be admitted for one model and served another.
 */
const DECISIVE = new Set([
  'model',
  'stream',
  'n',
  'service_tier',
  'max_tokens',
  'max_completion_tokens',
  'max_output_tokens',
  'stream_options',
  'options',
  'store',
  'previous_response_id',
  'models',
  'provider',
]);

export type ParsedObject = {
  readonly body: JsonObject;
  readonly members: readonly JsonMember[];
};

export type ParsedBody = ParsedObject & {
  readonly model: string;
  readonly stream: boolean;
};

/** What every OpenAI request has in common. Throws a GatewayError that names the place at fault. */
export function parseBody(bytes: Buffer, address: Pick<RequestAddress, 'model' | 'stream'>): ParsedBody {
  const { body, members } = parseObject(bytes, DECISIVE);
  const { stream } = body;
  const model = address.model ?? body['model'] ?? firstOf(body['models']);
  if (model === undefined || model === null) throw missingField('model');
  if (typeof model !== 'string') throw wrongType('model', 'a string', model);
  if (model === '') throw new GatewayError('invalid_request', "'model' must not be empty.", { param: 'model' });
  requireFields(body, [['stream', isBoolean]]);
  return { body, members, model, stream: address.stream ?? stream === true };
}

/** OpenRouter's clients may leave `model` out where `models` lists what to try. */
function firstOf(models: unknown): unknown {
  return Array.isArray(models) ? models[0] : undefined;
}

/** A body that is a JSON object, no field of `decisive` named twice. Throws a GatewayError. */
export function parseObject(bytes: Buffer, decisive: ReadonlySet<string>): ParsedObject {
  const parsed = parseJson(bytes);
  if (!parsed.ok) {
    const { line, column, position, message } = parsed.fault;
    throw new GatewayError(
      'invalid_json',
      `We could not parse the JSON body of your request: ${message} at line ${line}, column ${column} (position ${position}).`,
      { metadata: { line, column, position } },
    );
  }
  const body = parsed.value;
  if (!isJsonObject(body)) throw wrongType('body', 'an object', body);
  const members = scanMembers(bytes, MAX_DEPTH);
  if (members === null)
    throw new GatewayError('invalid_request', `The body is nested deeper than ${MAX_DEPTH} levels.`);
  refuseRepeated(members, decisive);
  return { body, members };
}

/** The same request with another body, in bytes as well: what was read has been found shallow enough. */
export function withBody(received: ReceivedRequest, body: JsonObject): ReceivedRequest {
  const bytes = Buffer.from(JSON.stringify(body));
  return { ...received, body, bytes, members: scanMembers(bytes, Number.POSITIVE_INFINITY) ?? [] };
}

/** `at` is where these members stand in the body: `inferenceConfig.`. */
export function refuseRepeated(members: readonly JsonMember[], decisive: ReadonlySet<string>, at = ''): void {
  const seen = new Set<string>();
  for (const { name } of members) {
    if (!decisive.has(name)) continue;
    if (seen.has(name)) {
      const param = `${at}${name}`;
      throw new GatewayError('duplicate_field', `The body names '${param}' twice; name it once.`, { param });
    }
    seen.add(name);
  }
}
