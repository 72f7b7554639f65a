import {
  type AnswerContext,
  askedStructure,
  type Carriage,
  contentTypeOf,
  type Dialect,
  type Framing,
  hasTools,
  openAiWords,
  openFramer,
  type ReceivedRequest,
  type RenamedTools,
  restoringCalls,
  type Steps,
  type WireEvent,
} from '../../dialects/index.ts';
import { type EmbeddingRequest, GatewayError, type StreamPart } from '../../inference/index.ts';
import { createStreamObserver } from '../../metering/index.ts';
import type { AnswerReader } from './answer-reader.ts';
import { GatheredStream } from './gathered-stream.ts';
import { PassingStream } from './passing-stream.ts';
import { readPassing, readTranslated, readTranslatedEmbedding } from './read-whole.ts';
import { TranslatedStream } from './translated-stream.ts';

/** What carries the client's dialect at an upstream. */
export type Carrier = { readonly framing: Framing; readonly eventIn: Carriage['eventIn'] };

/** For an upstream that speaks the client's dialect: the bytes go through, a plain answer to a stream request does not. */
export function passingReader(
  dialect: Dialect,
  received: ReceivedRequest,
  context: () => AnswerContext,
  carrier: Carrier | null = null,
): AnswerReader {
  const { chat } = dialect;
  const { framing, eventIn = null } = carrier ?? { framing: dialect.framing };
  const isReframed = received.framing !== framing;
  return {
    framing,
    isCarried: carrier !== null,
    streamContentType: isReframed ? contentTypeOf(received.framing) : null,
    openStream: () =>
      chat === null || (dialect.words !== null && carrier === null)
        ? createStreamObserver({
            withholdUsage: !received.includesUsage,
            words: dialect.words ?? openAiWords,
            watchesCalls: hasTools(received.body),
            watchesTexts: askedStructure(received.body) !== null,
          })
        : new PassingStream({
            framing,
            decoder: chat.decodeStream(),
            ending: dialect.ending,
            framer: isReframed ? openFramer(received.framing) : null,
            eventIn,
            watchesTexts: askedStructure(received.body) !== null,
          }),
    gather: chat === null ? null : () => gathered(dialect, chat.decodeStream(), context(), { framing, eventIn }),
    readWhole: (body, header) =>
      received.stream && chat !== null
        ? readTranslated(dialect, dialect, body, context(), null)
        : readPassing(dialect, body, header),
  };
}

function gathered(
  client: Dialect,
  decoder: Steps<WireEvent, StreamPart>,
  context: AnswerContext,
  { framing, eventIn }: { readonly framing: Framing; readonly eventIn: Carrier['eventIn'] | null },
): GatheredStream {
  const ending = client.threading?.ending ?? null;
  return new GatheredStream({ framing, decoder: unpacking(decoder, eventIn), client, context, ending });
}

function unpacking(
  decoder: Steps<WireEvent, StreamPart>,
  eventIn: Carrier['eventIn'] | null,
): Steps<WireEvent, StreamPart> {
  if (eventIn === null) return decoder;
  const push = (event: WireEvent): readonly StreamPart[] => {
    const inner = eventIn(event);
    return inner === null ? [] : decoder.push(inner);
  };
  return { push, end: decoder.end };
}

/** `renamed`: tools that went upstream under another name; their calls come back under the caller's. */
export function translatingReader(
  upstream: Dialect,
  client: Dialect,
  context: AnswerContext,
  renamed: RenamedTools | null,
): AnswerReader {
  const { framing, model } = context.received;
  const decoder = (): Steps<WireEvent, StreamPart> =>
    restored(upstream.chat?.decodeStream() ?? NOTHING, renamed, context);
  return {
    framing: upstream.framing,
    isCarried: false,
    streamContentType: contentTypeOf(framing),
    openStream: () =>
      new TranslatedStream({
        framing: upstream.framing,
        decoder: decoder(),
        encoder: named(client.chat?.encodeStream(context) ?? NOTHING, model),
        framer: openFramer(framing),
        errorEvent: (message) => client.encodeErrorEvent(new GatewayError('upstream_error', message), framing),
        watchesTexts: askedStructure(context.received.body) !== null,
      }),
    gather: () => new GatheredStream({ framing: upstream.framing, decoder: decoder(), client, context, ending: null }),
    readWhole: (body) => readTranslated(upstream, client, body, context, renamed),
  };
}

/** Vectors come whole: there is no stream to open. */
export function embeddingReader(upstream: Dialect, client: Dialect, request: EmbeddingRequest): AnswerReader {
  return {
    framing: upstream.framing,
    isCarried: false,
    streamContentType: null,
    openStream: () => createStreamObserver({ withholdUsage: false, words: openAiWords }),
    gather: null,
    readWhole: (body, header) => readTranslatedEmbedding(upstream, client, body, header, request),
  };
}

/** Calls are of the caller's own tools before anybody else sees them. */
function restored(
  decoder: Steps<WireEvent, StreamPart>,
  renamed: RenamedTools | null,
  { request: { tools } }: AnswerContext,
): Steps<WireEvent, StreamPart> {
  if (renamed === null && tools.length === 0) return decoder;
  const calls = restoringCalls({ renamed: renamed ?? NONE_RENAMED, declared: tools });
  const through = (parts: readonly StreamPart[]): readonly StreamPart[] => parts.flatMap(calls.push);
  return { push: (event) => through(decoder.push(event)), end: () => [...through(decoder.end()), ...calls.end()] };
}

/**
 * A translated answer names the model that was asked for: Claude Code drops its thoughts when it goes on from an answer
 * of another one. The upstream's own name is in the request log.
 */
function named(encoder: Steps<StreamPart, WireEvent>, model: string): Steps<StreamPart, WireEvent> {
  return {
    push: (part) => encoder.push(part.type === 'start' ? { ...part, model } : part),
    end: encoder.end,
  };
}

const NONE_RENAMED: RenamedTools = new Map();
const NOTHING = { push: () => [], end: () => [] };
