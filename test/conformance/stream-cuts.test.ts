import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { DialectId } from '../../src/inference/index.ts';
import type { AnswerReader } from '../../src/pipeline/reading/answer-reader.ts';
import { passingReader, translatingReader } from '../../src/pipeline/reading/readers.ts';
import { askedBy, streamedThrough } from '../support/crossing.ts';
import { cutAt, somewhere } from '../support/cuts.ts';
import { dialects } from '../support/dialects.ts';
import { type OfficialClient, officialClients } from '../support/official-clients.ts';
import { recordedMissing } from '../support/recorded.ts';
import { type AnsweredChat, answeredChats } from '../support/recorded-chats.ts';
import { seeded } from '../support/seeded.ts';

const SEED = 20_261_124;
const CUTS = 20;
/** Every byte by itself, where a stream is no longer than this. */
const SHORT_BYTES = 2_048;

const HI = [{ role: 'user', content: 'Hi' }];

/** The least that a client of the upstream's own dialect asks, who wants its usage. */
const OWN: Readonly<Partial<Record<DialectId, object>>> = {
  'openai-chat': { model: 'm', messages: HI, stream_options: { include_usage: true } },
  'openai-responses': { model: 'm', input: 'Hi' },
  'anthropic-messages': { model: 'm', max_tokens: 1, messages: HI },
  'gemini-generate': { contents: [{ parts: [{ text: 'Hi' }] }] },
  'bedrock-converse': { messages: [{ role: 'user', content: [{ text: 'Hi' }] }] },
  'cohere-chat': { model: 'm', messages: HI },
  'ollama-chat': { model: 'm', messages: HI },
};

describe('recorded streams that come in any pieces', { skip: recordedMissing }, () => {
  const streams = answeredChats().filter(({ parts }) => parts !== null);

  for (const client of officialClients) {
    it(`${client.dialect}: what is translated is the same to the byte`, (t) => {
      const random = seeded(SEED);
      const others = streams.filter(({ upstream }) => upstream.id !== client.dialect);
      for (const stream of others) assertSame(stream, translatorOf(stream, client), random);
      t.diagnostic(`${others.length} streams`);
      assert.ok(others.length > 400);
    });
  }

  for (const id of Object.keys(OWN)) {
    it(`${id}: what passes through is what came`, (t) => {
      const random = seeded(SEED);
      const own = streams.filter(({ upstream }) => upstream.id === id);
      for (const stream of own) {
        const reader = passerOf(stream);
        assert.ok(streamedThrough(reader, [stream.bytes]).equals(stream.bytes), `${stream.label}: whole`);
        assertSame(stream, reader, random);
      }
      t.diagnostic(`${own.length} streams`);
      assert.ok(own.length > 0);
    });
  }
});

function assertSame({ bytes, label }: AnsweredChat, reader: AnswerReader, random: () => number): void {
  const whole = streamedThrough(reader, [bytes]);
  const places = bytes.length <= SHORT_BYTES ? bytes.keys().toArray().slice(1) : somewhere(random, bytes, CUTS);
  const pieces = streamedThrough(reader, cutAt(bytes, places));
  assert.ok(pieces.equals(whole), `${label} cut at ${places}: ${pieces.toString().slice(0, 400)}`);
}

function translatorOf({ upstream }: AnsweredChat, client: OfficialClient): AnswerReader {
  return translatingReader(upstream, dialects[client.dialect], askedBy(client, true), null);
}

function passerOf({ upstream }: AnsweredChat): AnswerReader {
  const address = { model: 'm', stream: true, framing: upstream.framing } as const;
  const received = upstream.readRequest(Buffer.from(JSON.stringify(OWN[upstream.id])), address);
  return passingReader(upstream, received, () => assert.fail('a stream is not put together'));
}
