import assert from 'node:assert/strict';
import type { AnswerContext, Dialect, ReceivedRequest } from '../../src/dialects/index.ts';
import type { AnswerReader } from '../../src/pipeline/reading/answer-reader.ts';
import { translatingReader } from '../../src/pipeline/reading/readers.ts';
import { dialects } from './dialects.ts';
import type { OfficialClient } from './official-clients.ts';
import type { AnsweredChat } from './recorded-chats.ts';
import { chatOf, contextOf } from './translating.ts';

/** What a client of that dialect may have asked, and how its answer is to come. */
export function askedBy({ dialect, asks }: Pick<OfficialClient, 'dialect' | 'asks'>, stream: boolean): AnswerContext {
  const client: Dialect = dialects[dialect];
  const inBody = dialect === 'gemini-generate' ? {} : { stream };
  const body = Buffer.from(
    JSON.stringify({ ...asks, ...(stream ? inBody : { ...inBody, stream_options: undefined }) }),
  );
  const model = dialect === 'gemini-generate' ? 'm' : null;
  const received: ReceivedRequest = client.readRequest(body, { model, stream: model && stream, framing: 'sse' });
  return contextOf(received, chatOf(client).decodeRequest(received));
}

/** What the client of a context gets of an upstream's answer, by the readers of the pipeline. */
export function crossed({ upstream, bytes, parts }: AnsweredChat, client: Dialect, context: AnswerContext): Buffer {
  const reader = translatingReader(upstream, client, context, null);
  if (parts !== null) return streamedThrough(reader, [bytes]);
  const whole = reader.readWhole(bytes, () => null);
  assert.ok(whole !== null);
  return whole.body;
}

/** Pieces of an upstream's stream as the pipeline hands them on. */
export function streamedThrough({ openStream }: AnswerReader, pieces: Iterable<Buffer>): Buffer {
  const stream = openStream();
  const passed: Buffer[] = [];
  const take = (bytes: Buffer | null): void => {
    if (bytes !== null) passed.push(bytes);
  };
  let isBooked = false;
  for (const piece of pieces) {
    take(stream.push(piece));
    if (isBooked || !stream.terminalSeen()) continue;
    isBooked = true;
    stream.observation();
    take(stream.takeHeld());
  }
  if (!isBooked) stream.observation();
  take(stream.takeHeld());
  return Buffer.concat(passed);
}
