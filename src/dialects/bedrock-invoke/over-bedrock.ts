import type { ChatRequest, StreamPart } from '../../inference/index.ts';
import { isJsonObject } from '../../std/index.ts';
import { statusOfException } from '../bedrock/error.ts';
import type { ChatTranslation, EncodedRequest, Steps } from '../dialect.ts';
import type { WireEvent } from '../framing/wire-event.ts';
import { exceptionIn, inChunk, parsed } from './chunk.ts';

export const ANTHROPIC_VERSION = 'bedrock-2023-05-31';

const NONE: readonly [] = [];

/** Anthropic's Messages as InvokeModel carries them: model and stream in the address, betas in the body, events in chunks. */
export function overBedrock(anthropic: ChatTranslation): ChatTranslation {
  return {
    decodeRequest: (received) => {
      const { anthropic_version: _version, anthropic_beta: betas, ...body } = received.body;
      const request = anthropic.decodeRequest({ ...received, body });
      if (betas === undefined) return request;
      return { ...request, extensions: { ...request.extensions, 'bedrock-invoke': { anthropic_beta: betas } } };
    },
    encodeRequest: (request, target) => adjusted(anthropic.encodeRequest(request, target), request),
    encodeResponse: anthropic.encodeResponse,
    decodeResponse: anthropic.decodeResponse,
    encodeStream: (context) => wrapped(anthropic.encodeStream(context)),
    decodeStream: () => unwrapped(anthropic.decodeStream()),
  };
}

/** A service tier is a header of InvokeModel's own, and of other words than Anthropic's. */
function adjusted({ body: given, headers, warnings, ...rest }: EncodedRequest, request: ChatRequest): EncodedRequest {
  const { model: _model, stream: _stream, service_tier: tier, ...body } = given;
  const betas = [...betasOf(request), ...betasIn(headers)];
  const unsaid = { field: 'serviceTier', message: "Left out: it is no part of InvokeModel's body." };
  return {
    ...rest,
    body: {
      anthropic_version: ANTHROPIC_VERSION,
      ...(betas.length === 0 ? {} : { anthropic_beta: [...new Set(betas)] }),
      ...body,
    },
    headers: otherHeaders(headers),
    warnings: tier === undefined ? warnings : [...warnings, unsaid],
  };
}

function betasOf({ extensions }: ChatRequest): readonly string[] {
  const betas = extensions?.['bedrock-invoke']?.['anthropic_beta'];
  return Array.isArray(betas) ? betas.filter((beta) => typeof beta === 'string') : NONE;
}

function betasIn(headers: readonly string[]): readonly string[] {
  const at = headers.indexOf('anthropic-beta');
  return at === -1 ? NONE : (headers[at + 1] ?? '').split(',').map((beta) => beta.trim());
}

function otherHeaders(headers: readonly string[]): readonly string[] {
  const at = headers.indexOf('anthropic-beta');
  return at === -1 ? headers : headers.toSpliced(at, 2);
}

function unwrapped(steps: Steps<WireEvent, StreamPart>): Steps<WireEvent, StreamPart> {
  return {
    push: (event) => {
      const exception = exceptionIn(event);
      if (exception !== null) {
        const { name, message } = exception;
        return [{ type: 'error', message, code: name, status: statusOfException(name) }];
      }
      const data = inChunk(event);
      return data === null ? NONE : steps.push({ name: null, data });
    },
    end: () => steps.end(),
  };
}

function wrapped(steps: Steps<StreamPart, WireEvent>): Steps<StreamPart, WireEvent> {
  return {
    push: (part) => steps.push(part).map(intoChunk),
    end: () => steps.end().map(intoChunk),
  };
}

/** What went wrong in mid-stream is an exception here, and no event of Anthropic's. */
function intoChunk({ name, data }: WireEvent): WireEvent {
  if (name !== 'error') return { name: 'chunk', data: `{"bytes":"${Buffer.from(data).toString('base64')}"}` };
  const error = parsed(data)?.['error'];
  const message = isJsonObject(error) ? error['message'] : null;
  return { name: 'modelStreamErrorException', data: JSON.stringify({ message }) };
}
