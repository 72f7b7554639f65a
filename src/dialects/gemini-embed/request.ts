import { isJsonObject, type JsonObject } from '../../std/index.ts';
import type { ReceivedRequest, RequestAddress, Splice } from '../dialect.ts';
import { missingField, wrongType } from '../fields.ts';
import { camelCased, modelName, renameModel } from '../google/spelling.ts';
import { asObject, asObjects } from '../loosely.ts';
import { VECTORS_ONLY } from '../openai-embeddings/received.ts';
import { parseObject } from '../received.ts';

const DECISIVE = new Set(['model', 'requests', 'content']);

/** `batchEmbedContents` has `requests`, `embedContent` is one of them. */
export function readEmbedRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members } = parseObject(bytes, DECISIVE);
  const { requests, model } = body;
  if (requests !== undefined && !Array.isArray(requests)) throw wrongType('requests', 'an array', requests);
  if (requests === undefined && !isJsonObject(body['content'])) throw missingField('content');
  const each = requestsIn(body);
  const resource = address.model ?? model ?? each[0]?.['model'];
  if (typeof resource !== 'string' || modelName(resource) === '') throw missingField('model');
  return {
    ...VECTORS_ONLY,
    dialect: requests === undefined ? 'gemini-embed' : 'gemini-batch-embed',
    bytes,
    body,
    members,
    model: modelName(resource),
    framing: address.framing,
    refersOutside: each.some(hasMedia),
  };
}

export function requestsIn(body: JsonObject): readonly JsonObject[] {
  const { requests } = body;
  return (Array.isArray(requests) ? asObjects(requests) : [body]).map(camelCased);
}

function hasMedia({ content }: JsonObject): boolean {
  return asObjects(asObject(content)?.['parts']).some((part) => typeof part['text'] !== 'string');
}

/** Each request of a batch must name the model of the address: where another one is called, all are written again. */
export function spliceEmbed({ bytes, body }: ReceivedRequest, { model }: Splice): Buffer {
  const renamed = (request: JsonObject): JsonObject => {
    const { model: resource } = request;
    return typeof resource === 'string' ? { ...request, model: renameModel(resource, model) } : request;
  };
  const holders = [body, ...asObjects(body['requests'])];
  const isOther = holders.some(({ model: named }) => typeof named === 'string' && modelName(named) !== model);
  if (!isOther) return bytes;
  const { requests } = body;
  const whole = Array.isArray(requests)
    ? { ...body, requests: requests.map((request) => (isJsonObject(request) ? renamed(request) : request)) }
    : body;
  return Buffer.from(JSON.stringify(renamed(whole)));
}
