import {
  type Dialect,
  type ReceivedRequest,
  readFrame,
  splitFrames,
  type WireEvent,
} from '../../src/dialects/index.ts';
import { parseJson } from '../../src/std/index.ts';
import { type Recorded, readRecorded, recordedFiles } from './recorded.ts';

/** Longer than any frame that was recorded. */
const MAX_FRAME_BYTES = 16_777_216;

export type BedrockExchange = Recorded & {
  readonly received: ReceivedRequest;
  readonly events: readonly WireEvent[] | null;
};

/**
 * Recorded exchanges of one of Bedrock's dialects, their streams taken apart. `wants` looks at the operation, the last
 * part of the address. One recording holds its request cut off; it is left out.
 */
export function bedrockExchanges(
  dialect: Dialect,
  wants: (operation: string, request: string) => boolean,
): BedrockExchange[] {
  return recordedFiles(dialect.id)
    .flatMap(readRecorded)
    .flatMap((exchange) => {
      const request = String(exchange.request);
      const [, model = '', operation = ''] = /\/model\/([^/]+)\/([a-z-]+)$/.exec(exchange.path) ?? [];
      if (!parseJson(Buffer.from(request)).ok || !wants(operation, request)) return [];
      const stream = operation.endsWith('-stream');
      const address = { model: decodeURIComponent(model), stream, framing: 'aws-event-stream' } as const;
      const { body_base64: base64 } = exchange as Recorded & { readonly body_base64?: string };
      return {
        ...exchange,
        received: dialect.readRequest(Buffer.from(request), address),
        events: base64 === undefined ? null : awsEvents(Buffer.from(base64, 'base64')),
      };
    });
}

export function awsEvents(bytes: Buffer): readonly WireEvent[] {
  const events: WireEvent[] = [];
  splitFrames('aws-event-stream', MAX_FRAME_BYTES).push(bytes, (frame) => {
    const event = readFrame('aws-event-stream', frame);
    if (event !== null) events.push(event);
  });
  return events;
}
