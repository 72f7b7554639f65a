import {
  type AnswerContext,
  contentTypeOf,
  type Dialect,
  openAiWords,
  openFramer,
  type ReceivedRequest,
} from '../../dialects/index.ts';
import { type EmbeddingRequest, GatewayError } from '../../inference/index.ts';
import { createStreamObserver } from '../../metering/index.ts';
import type { AnswerReader } from './answer-reader.ts';
import { PassingStream } from './passing-stream.ts';
import { readPassing, readTranslated, readTranslatedEmbedding } from './read-whole.ts';
import { TranslatedStream } from './translated-stream.ts';

/** For an upstream that speaks the client's dialect: the bytes go through, a plain answer to a stream request does not. */
export function passingReader(dialect: Dialect, received: ReceivedRequest, context: () => AnswerContext): AnswerReader {
  const { chat } = dialect;
  const isReframed = received.framing !== dialect.framing;
  return {
    framing: dialect.framing,
    streamContentType: isReframed ? contentTypeOf(received.framing) : null,
    openStream: () =>
      chat === null || dialect.words !== null
        ? createStreamObserver({ withholdUsage: !received.includesUsage, words: dialect.words ?? openAiWords })
        : new PassingStream({
            framing: dialect.framing,
            decoder: chat.decodeStream(),
            ending: dialect.ending,
            framer: isReframed ? openFramer(received.framing) : null,
          }),
    readWhole: (body) =>
      received.stream && chat !== null ? readTranslated(dialect, dialect, body, context()) : readPassing(dialect, body),
  };
}

export function translatingReader(
  upstream: Dialect,
  client: Dialect,
  received: ReceivedRequest,
  context: AnswerContext,
): AnswerReader {
  const { framing } = received;
  return {
    framing: upstream.framing,
    streamContentType: contentTypeOf(framing),
    openStream: () =>
      new TranslatedStream({
        framing: upstream.framing,
        decoder: upstream.chat?.decodeStream() ?? NOTHING,
        encoder: client.chat?.encodeStream(context) ?? NOTHING,
        framer: openFramer(framing),
        errorEvent: (message) => client.encodeErrorEvent(new GatewayError('upstream_error', message), framing),
      }),
    readWhole: (body) => readTranslated(upstream, client, body, context),
  };
}

/** Vectors come whole: there is no stream to open. */
export function embeddingReader(upstream: Dialect, client: Dialect, request: EmbeddingRequest): AnswerReader {
  return {
    framing: upstream.framing,
    streamContentType: null,
    openStream: () => createStreamObserver({ withholdUsage: false, words: openAiWords }),
    readWhole: (body) => readTranslatedEmbedding(upstream, client, body, request),
  };
}

const NOTHING = { push: () => [], end: () => [] };
