import { readdirSync, readFileSync } from 'node:fs';
import { type Dialect, frameEvent } from '../../src/dialects/index.ts';
import type { DialectId } from '../../src/inference/index.ts';
import type { JsonObject } from '../../src/std/index.ts';
import { dialects } from './dialects.ts';

/** What an answer says, whoever reads it. Counts that are left out are none. */
export type Says = {
  readonly text: string;
  readonly thought?: string;
  readonly calls?: readonly (readonly [name: string, input: string])[];
  readonly finish: string;
  /** null: the provider counts nothing there, and the gateway estimates. */
  readonly input: number | null;
  readonly output: number | null;
  readonly cached?: number;
  readonly written?: number;
  readonly reasoning?: number;
};

/** A line of a stream: an event's data, or, as text, what else stands there (`[DONE]`, a comment). */
export type StreamLine = JsonObject | string;

export type ChatAnswer = {
  readonly dialect: DialectId;
  readonly model: string;
  readonly answer: JsonObject;
  readonly events: readonly StreamLine[];
  readonly says: Says;
  /** Where the stream says otherwise than the plain answer. */
  readonly streamed?: Partial<Says>;
};

export type EmbeddingAnswer = {
  readonly dialect: DialectId;
  readonly model: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly answer: JsonObject;
  readonly says: { readonly vectors: readonly (readonly number[])[]; readonly input: number | null };
};

export type ProviderRefusal = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: unknown;
  /** As the gateway classifies it. */
  readonly cause: string;
  /** The provider's own words, as they are found in the body. */
  readonly words: string;
};

export type ProviderAnswers = {
  /** Where the shapes are from: pages of the provider's documentation, or `recorded`. */
  readonly sources: readonly string[];
  readonly chats?: readonly ChatAnswer[];
  readonly embeddings?: readonly EmbeddingAnswer[];
  readonly refusals: readonly ProviderRefusal[];
};

const FOLDER = new URL('../conformance/providers/', import.meta.url);

/** By the provider's id. */
export function providerAnswers(): ReadonlyMap<string, ProviderAnswers> {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));
  return new Map(
    files.map((name) => [
      name.slice(0, -'.json'.length),
      JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as ProviderAnswers,
    ]),
  );
}

/** Dialects whose events have a name, which is also their type. */
const NAMED = new Set<DialectId>(['anthropic-messages', 'openai-responses', 'cohere-chat']);

/** The stream as the provider writes it. */
export function streamBytes({ dialect, events }: Pick<ChatAnswer, 'dialect' | 'events'>): Buffer {
  const { framing }: Dialect = dialects[dialect];
  return Buffer.concat(
    events.map((line) => {
      if (typeof line === 'string') return Buffer.from(line.startsWith(':') ? `${line}\n\n` : `data: ${line}\n\n`);
      if (framing === 'aws-event-stream') {
        const [[name, payload] = ['', {}]] = Object.entries(line);
        return frameEvent(framing, { name, data: JSON.stringify(payload) });
      }
      const data = JSON.stringify(line);
      // Google's lines end as those of HTTP do.
      if (dialect === 'gemini-generate') return Buffer.from(`data: ${data}\r\n\r\n`);
      return frameEvent(framing, { name: NAMED.has(dialect) ? String(line['type']) : null, data });
    }),
  );
}
