import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Deployment, Model } from '../../catalog/index.ts';
import { noUsage } from '../../inference/index.ts';
import { noPreferences, type Preferences, SessionAffinity } from '../../routing/index.ts';
import type { Exchange } from '../exchange.ts';
import { conversationAt, stayIfCached, stayWith } from './stay.ts';

const HOUR_MS = 3_600_000;

function deployment(id: string, cacheRead: bigint | null = 1n): Deployment {
  const price = cacheRead === null ? null : { tiers: [{ input: 10n, cacheRead }] };
  return { id, price } as unknown as Deployment;
}

const [a, b] = [deployment('a'), deployment('b')];
const model = { name: 'm', deployments: [a, b] } as unknown as Model;

/** A turn of one conversation, whose rooms remember the turns before it. */
function turn(change: Partial<Preferences> = {}, sessionId: string | null = null): Exchange {
  const body = { messages: [{ role: 'user', content: 'hello' }] };
  return {
    key: { caller: { keyId: 'k' } },
    sessionId,
    request: { dialect: 'openai-chat', body },
    preferences: { ...noPreferences, ...change },
    conversation: null,
  } as unknown as Exchange;
}

function rooms(nowMs = 0) {
  const clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
  return { affinity: new SessionAffinity(), clock, policies: () => ({ routing: {} }) };
}

const HIT = { ...noUsage, cacheReadTokens: 5 };

test('a conversation with a name stays after any answer', () => {
  const at = rooms();
  const first = turn({}, 's');
  assert.equal(conversationAt(model, first, at), null);
  stayWith(a, model, first, at);
  assert.equal(conversationAt(model, turn({}, 's'), at), 'a');
  assert.equal(conversationAt(model, turn({}, 'other'), at), null);
  assert.equal(conversationAt(model, turn({}, 's'), { ...at, clock: rooms(HOUR_MS).clock }), null);
});

test('a conversation whose thoughts come sealed stays after any answer: nobody else can open them', () => {
  const at = rooms();
  const sealed = (include: readonly string[]): Exchange => {
    const body = { input: [{ role: 'user', content: 'hello' }], include };
    return { ...turn(), request: { dialect: 'openai-responses', body } } as unknown as Exchange;
  };
  const first = sealed(['reasoning.encrypted_content']);
  assert.equal(conversationAt(model, first, at), null);
  stayWith(b, model, first, at);
  assert.equal(conversationAt(model, sealed(['reasoning.encrypted_content']), at), 'b');
  const other = rooms();
  const open = sealed([]);
  conversationAt(model, open, other);
  stayWith(b, model, open, other);
  assert.equal(conversationAt(model, sealed([]), other), null);
});

test('calls of a key stay together where the configuration says so, for as long as it says', () => {
  const affinity = { keptMs: 2 * HOUR_MS, byKey: ['m'] };
  const at = { ...rooms(), policies: () => ({ routing: { affinity } }) };
  const first = turn();
  assert.equal(conversationAt(model, first, at), null);
  stayWith(b, model, first, at);
  assert.equal(conversationAt(model, turn(), at), 'b');
  assert.equal(conversationAt(model, turn({}, 'a session'), at), null, 'which has a name of its own');
  assert.equal(conversationAt(model, turn(), { ...at, clock: rooms(HOUR_MS).clock }), 'b');
  assert.equal(conversationAt(model, turn(), { ...at, clock: rooms(3 * HOUR_MS).clock }), null);
  assert.equal(conversationAt({ ...model, name: 'other' }, turn(), at), null);
});

test('one without a name stays after a hit of the cache; from then on each answer renews that', () => {
  const at = rooms();
  const first = turn();
  conversationAt(model, first, at);
  stayWith(a, model, first, at);
  stayIfCached(a, noUsage, first, at);
  assert.equal(conversationAt(model, turn(), at), null);
  stayIfCached(a, HIT, first, at);
  assert.equal(conversationAt(model, turn(), at), 'a');
  const later = { ...at, clock: rooms(500_000).clock };
  const second = turn();
  conversationAt(model, second, later);
  stayIfCached(a, noUsage, second, later);
  assert.equal(conversationAt(model, turn(), { ...at, clock: rooms(900_000).clock }), 'a');
  stayIfCached(b, noUsage, second, later);
  assert.equal(conversationAt(model, turn(), at), 'a');
});

test('not where the request says itself where to go, nor where there is nowhere else', () => {
  const at = rooms();
  for (const change of [{ order: ['x'] }, { sort: 'price' }] as const) {
    const one = turn(change, 's');
    conversationAt(model, one, at);
    assert.equal(one.conversation, null);
  }
  const alone = turn({}, 's');
  conversationAt({ ...model, deployments: [a] }, alone, at);
  assert.equal(alone.conversation, null);
});

test('not where a cached token costs what any other does, unless that is nothing or unknown', () => {
  const stays = (one: Deployment): boolean => {
    const at = rooms();
    const those = { ...model, deployments: [one, b] };
    const first = turn();
    conversationAt(those, first, at);
    stayIfCached(one, HIT, first, at);
    return conversationAt(those, turn(), at) === one.id;
  };
  assert.equal(stays(deployment('dear', 10n)), false);
  assert.equal(stays(deployment('unknown', null)), true);
  assert.equal(stays({ ...a, price: { tiers: [{ input: 0n, cacheRead: 0n }] } } as unknown as Deployment), true);
});

test('what a fallback model answered draws nobody away from the asked one', () => {
  const at = rooms();
  const first = turn({}, 's');
  conversationAt(model, first, at);
  stayWith(deployment('elsewhere'), model, first, at);
  assert.equal(conversationAt(model, turn({}, 's'), at), null);
});
