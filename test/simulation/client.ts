import type { IncomingMessage } from 'node:http';
import { loadDialect } from '../../src/dialects/index.ts';
import { findDoor } from '../../src/http/inference/doors.ts';
import { openExchange } from '../../src/http/inference/open-exchange.ts';
import { type Exchange, type Reply, type Rooms, serve } from '../../src/pipeline/index.ts';

/** What one client saw of its call. */
export type Seen = {
  readonly call: string;
  readonly exchange: Exchange;
  readonly startedMs: number;
  status: number;
  text: string;
  /** When the first byte of content went out; null: none did. */
  contentAtMs: number | null;
  endedAtMs: number | null;
  /** The connection was cut in mid-answer. */
  cut: boolean;
  ends: number;
};

const openAiChat = await loadDialect('openai-chat');
const PATH = '/v1/chat/completions';

/** Sends one call through the whole pipeline. */
export function callOnce(call: string, stream: boolean, rooms: Rooms): Seen {
  const door = findDoor(PATH, '');
  if (door === null) throw new Error('the door is gone');
  const body = { model: 'm', user: call, stream, max_tokens: 50, messages: [{ role: 'user', content: 'hello' }] };
  const reply = openReply(() => seen, rooms);
  const request = { headers: { authorization: 'Bearer sk-k' }, socket: {} } as IncomingMessage;
  const exchange = openExchange(
    request,
    { path: PATH, query: '', door },
    { dialect: openAiChat, readBody: async () => Buffer.from(JSON.stringify(body)), reply, localTurns: null },
    rooms,
  );
  const seen: Seen = {
    call,
    exchange,
    startedMs: rooms.clock.monotonicMs(),
    status: 0,
    text: '',
    contentAtMs: null,
    endedAtMs: null,
    cut: false,
    ends: 0,
  };
  void serve(exchange, rooms);
  return seen;
}

function openReply(seen: () => Seen, { clock }: Rooms): Reply {
  let begun = false;
  const take = (chunk: Buffer | null): void => {
    if (chunk === null) return;
    const one = seen();
    one.text += chunk.toString();
    if (one.status === 200 && /"content":"[^"]/.test(chunk.toString())) one.contentAtMs ??= clock.monotonicMs();
  };
  const over = (): void => {
    const one = seen();
    one.ends++;
    one.endedAtMs ??= clock.monotonicMs();
  };
  return {
    begin: (status) => {
      begun = true;
      seen().status = status;
    },
    write: (chunk) => {
      take(chunk);
      return true;
    },
    end: (chunk) => {
      take(chunk);
      over();
    },
    cut: () => {
      seen().cut = true;
      over();
    },
    isBegun: () => begun,
    isOver: () => seen().endedAtMs !== null,
    hasWritten: () => true,
    isGone: () => false,
    whenGone: () => undefined,
    whenOver: () => undefined,
    whenDrained: () => undefined,
  };
}
