import { type Dialect, responseOfStream } from '../../src/dialects/index.ts';
import type { ChatResponse, DialectId, StreamPart } from '../../src/inference/index.ts';
import { isJsonObject, parseJson } from '../../src/std/index.ts';
import { dialects } from './dialects.ts';
import { type Recorded, readRecorded, recordedFiles } from './recorded.ts';
import { answerOf } from './replay.ts';
import { decodeAll, eventsIn } from './translating.ts';

type Source = { readonly dialect: DialectId; readonly path: RegExp };

/** By the names of the recorded files: who reads them, and the addresses at which there are chats. */
const SOURCES: Readonly<Record<string, Source>> = {
  'openai-chat': { dialect: 'openai-chat', path: /\/chat\/completions$/ },
  'openai-responses': { dialect: 'openai-responses', path: /\/responses$/ },
  'anthropic-messages': { dialect: 'anthropic-messages', path: /\/messages$/ },
  'vertex-anthropic': { dialect: 'anthropic-messages', path: /awPredict$/ },
  gemini: { dialect: 'gemini-generate', path: /enerateContent$/ },
  'bedrock-converse': { dialect: 'bedrock-converse', path: /\/converse(?:-stream)?$/ },
  'cohere-chat': { dialect: 'cohere-chat', path: /\/chat$/ },
  ollama: { dialect: 'ollama-chat', path: /\/chat$/ },
};

/** A chat with a real model, as its dialect has it. */
export type RecordedChat = { readonly label: string; readonly upstream: Dialect; readonly exchange: Recorded };

/** One that was answered; `parts` null: the answer is plain. */
export type AnsweredChat = RecordedChat & {
  readonly bytes: Buffer;
  readonly parts: readonly StreamPart[] | null;
  readonly answer: ChatResponse;
};

export function recordedChats(): readonly RecordedChat[] {
  return Object.entries(SOURCES).flatMap(([name, { dialect, path }]) => {
    const upstream = dialects[dialect];
    return recordedFiles(name).flatMap((file) =>
      readRecorded(file)
        .filter((exchange) => path.test(withoutQuery(exchange.path)))
        .map((exchange) => ({ label: `${file} ${exchange.id}`, upstream, exchange })),
    );
  });
}

/** The answers that came whole: a plain one that is one, a stream that says why it ended. */
export function answeredChats(): readonly AnsweredChat[] {
  return recordedChats().flatMap((chat): AnsweredChat[] => {
    if (chat.exchange.status >= 300) return [];
    const bytes = answerOf(chat.exchange);
    if (isEventStream(chat, bytes)) {
      const parts = decodeAll(chat.upstream, eventsIn(bytes, chat.upstream.framing));
      const isWhole = parts.some(({ type }) => type === 'finish');
      return isWhole ? [{ ...chat, bytes, parts, answer: responseOfStream(parts) }] : [];
    }
    const parsed = parseJson(bytes);
    const answer = parsed.ok && isJsonObject(parsed.value) ? chat.upstream.chat?.decodeResponse(parsed.value) : null;
    return answer ? [{ ...chat, bytes, parts: null, answer }] : [];
  });
}

/** Some servers call their streams something else. */
function isEventStream({ exchange }: RecordedChat, bytes: Buffer): boolean {
  return (
    /event-?stream|ndjson/.test(exchange.content_type ?? '') ||
    /^\s*(?:data|event|:)/.test(bytes.toString('latin1', 0, 20))
  );
}

function withoutQuery(path: string): string {
  return path.replace(/\?.*$/, '');
}
