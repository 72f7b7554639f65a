import { GatewayError } from '../../inference/index.ts';
import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import { missingField, wrongType } from '../fields.ts';
import { modelName } from '../google/spelling.ts';
import { asObject, asObjects } from '../loosely.ts';
import { VECTORS_ONLY } from '../openai-embeddings/received.ts';
import { parseObject } from '../received.ts';

const DECISIVE = new Set(['instances', 'parameters']);

/** `:predict` is also how images and speech are made: only instances of texts are known here. */
export function readPredictRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { body, members } = parseObject(bytes, DECISIVE);
  const { instances, parameters } = body;
  if (instances === undefined) throw missingField('instances');
  if (!Array.isArray(instances)) throw wrongType('instances', 'an array', instances);
  if (instances.length === 0)
    throw new GatewayError('invalid_request', "'instances' must hold at least one text.", { param: 'instances' });
  for (const [index, instance] of instances.entries()) {
    const content = asObject(instance)?.['content'];
    if (typeof content !== 'string') throw wrongType(`instances[${index}].content`, 'a string', content);
  }
  if (parameters !== undefined && asObject(parameters) === null) throw wrongType('parameters', 'an object', parameters);
  if (address.model === null) throw missingField('model');
  return {
    ...VECTORS_ONLY,
    dialect: 'vertex-embed',
    bytes,
    body,
    members,
    model: modelName(address.model),
    framing: address.framing,
    refersOutside: asObjects(instances).some((instance) => 'image' in instance || 'video' in instance),
  };
}
