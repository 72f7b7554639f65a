import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChatRequest, DialectId } from '../../src/inference/index.ts';
import { askedChats, targetFor } from '../support/asked.ts';
import { dialects } from '../support/dialects.ts';
import { discoveryMissing } from '../support/discovery.ts';
import { faultOf, specsMissing } from '../support/published.ts';
import { recordedMissing } from '../support/recorded.ts';
import { requestSchemas } from '../support/request-schemas.ts';
import { chatOf, parsed } from '../support/translating.ts';

const skip = recordedMissing || specsMissing || discoveryMissing;

/** Why a request that was recorded is none by the schema. */
type Reason = readonly [why: string, holds: (request: ChatRequest) => boolean];

const WRONG_ITSELF: readonly Reason[] = [
  ['the client asked for an impossible temperature', ({ sampling }) => !isBetween(sampling.temperature, 0, 2)],
  ['a service tier that another provider has', ({ serviceTier }) => serviceTier === 'on_demand'],
];
const KNOWN: Readonly<Partial<Record<DialectId, readonly Reason[]>>> = {
  'openai-chat': [['video is a word of OpenRouter’s and others’', (request) => holdsMedia(request, 'video')]],
  'openai-responses': [
    ['the API is documented to take audio, and its schema has none', (request) => holdsMedia(request, 'audio')],
  ],
};

describe('recorded requests of other dialects, by the schemas of those who get them', { skip }, () => {
  const chats = askedChats();

  for (const [id, open] of Object.entries(requestSchemas)) {
    it(`${id}`, (t) => {
      const upstream = dialects[id as DialectId];
      const validate = open();
      const reasons = [...WRONG_ITSELF, ...(KNOWN[upstream.id] ?? [])];
      const counts = new Map<string, number>();
      const others = chats.filter((chat) => chat.upstream !== upstream);
      for (const { request, label } of others) {
        const { body } = chatOf(upstream).encodeRequest(request, targetFor(request, 'm'));
        const sent = { ...parsed(JSON.stringify(body)), model: 'models/m' };
        const fault = faultOf(validate, sent);
        if (fault === null) continue;
        const [why] = reasons.find(([, holds]) => holds(request)) ?? [];
        assert.ok(why !== undefined, `${label}: ${fault}`);
        counts.set(why, (counts.get(why) ?? 0) + 1);
      }
      const known = counts.values().reduce((sum, count) => sum + count, 0);
      t.diagnostic(`${others.length - known} of ${others.length}; ${JSON.stringify([...counts])}`);
      assert.ok(others.length > 2_500 && known / others.length < 0.02);
    });
  }
});

function isBetween(value: number | null, least: number, most: number): boolean {
  return value === null || (value >= least && value <= most);
}

function holdsMedia({ messages }: ChatRequest, type: 'audio' | 'video'): boolean {
  const parts = messages.flatMap(({ content }) => content);
  const within = parts.flatMap((part) => (part.type === 'tool-result' ? part.content : []));
  return [...parts, ...within].some((part) => part.type === type);
}
