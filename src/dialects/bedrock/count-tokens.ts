import { GatewayError } from '../../inference/index.ts';
import { isJsonObject } from '../../std/index.ts';
import { decodeConverseRequest } from '../bedrock-converse/decode-request.ts';
import { encodeConverseRequest } from '../bedrock-converse/encode-request.ts';
import { readConverseRequest } from '../bedrock-converse/request.ts';
import { bedrockInvoke } from '../bedrock-invoke/index.ts';
import { readUnlimitedInvokeRequest } from '../bedrock-invoke/request.ts';
import type { ReceivedRequest, RequestAddress, TokenCounting } from '../dialect.ts';
import { missingField, wrongType } from '../fields.ts';
import { asCount, asText } from '../loosely.ts';
import { parseObject } from '../received.ts';

/** What the API has of Converse's request in a count. */
const COUNTED = ['messages', 'system', 'toolConfig', 'additionalModelRequestFields'] as const;

const DECISIVE: ReadonlySet<string> = new Set(['input']);

/** CountTokens: one door, and one address, for what Converse takes and for what InvokeModel takes. */
const counting = {
  readRequest,
  decodeRequest: (received) =>
    received.dialect === 'bedrock-invoke' && bedrockInvoke.chat !== null
      ? bedrockInvoke.chat.decodeRequest(received)
      : decodeConverseRequest(received),
  encodeResponse: (inputTokens) => ({ inputTokens }),
  decodeResponse: (body) => asCount(body['inputTokens']),
} as const satisfies Omit<TokenCounting, 'encodeRequest'>;

export const converseCountTokens: TokenCounting = {
  ...counting,
  encodeRequest: (request, target) => {
    const { body, headers } = encodeConverseRequest(request, target);
    const known = COUNTED.filter((name) => body[name] !== undefined);
    return { body: { input: { converse: Object.fromEntries(known.map((name) => [name, body[name]])) } }, headers };
  },
};

export const invokeCountTokens: TokenCounting = {
  ...counting,
  encodeRequest: (request, target) => {
    const { body = {}, headers = [] } = bedrockInvoke.chat?.encodeRequest(request, target) ?? {};
    const bytes = Buffer.from(JSON.stringify(body));
    return { body: { input: { invokeModel: { body: bytes.toString('base64') } } }, headers };
  },
};

function readRequest(bytes: Buffer, address: RequestAddress): ReceivedRequest {
  const { input } = parseObject(bytes, DECISIVE).body;
  if (input === undefined || input === null) throw missingField('input');
  if (!isJsonObject(input)) throw wrongType('input', 'an object', input);
  const { converse, invokeModel } = input;
  if (isJsonObject(converse)) return readConverseRequest(Buffer.from(JSON.stringify(converse)), address);
  if (isJsonObject(invokeModel)) {
    const body = asText(invokeModel['body']);
    if (body === null) throw wrongType('input.invokeModel.body', 'base64', invokeModel['body']);
    return readUnlimitedInvokeRequest(Buffer.from(body, 'base64'), address);
  }
  const message = "Invalid 'input': expected an object with 'converse' or 'invokeModel'.";
  throw new GatewayError('invalid_request', message, { param: 'input' });
}
