import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sessionInBody, sessionInHeaders } from './session.ts';

const headers = [
  ['Claude Code', { 'x-claude-code-session-id': 'c', 'x-session-affinity': 'x' }, 'c'],
  ['Codex', { 'session-id': 's' }, 's'],
  ['older Codex', { session_id: 'o' }, 'o'],
  ['opencode', { 'x-session-affinity': 'a' }, 'a'],
  ['OpenRouter', { 'x-session-id': 'r' }, 'r'],
  ['LiteLLM', { 'x-litellm-session-id': 'l' }, 'l'],
  ['none', { 'x-request-id': 'n' }, null],
  ['an unusable one', { 'session-id': 'x'.repeat(257), 'x-session-id': 'r' }, 'r'],
  ['as long as may be', { 'session-id': 'x'.repeat(256) }, 'x'.repeat(256)],
  ['unprintable', { 'session-id': 'a\x7fb' }, null],
  ['empty', { 'session-id': '  ' }, null],
] as const;
for (const [name, given, session] of headers) {
  test(`headers: ${name}`, () => assert.equal(sessionInHeaders(given), session));
}

const bodies = [
  ["OpenRouter's member", { session_id: 's', prompt_cache_key: 'p' }, 's'],
  ["LiteLLM's", { metadata: { session_id: 'm' }, prompt_cache_key: 'p' }, 'm'],
  ["LiteLLM's own name for it", { litellm_session_id: 'l', litellm_trace_id: 't' }, 'l'],
  ['a trace, where nothing else is said', { litellm_trace_id: 't' }, 't'],
  ['the prompt’s cache', { prompt_cache_key: 'p' }, 'p'],
  ['no text', { session_id: 7, metadata: null }, null],
  ['letters that no header has', { session_id: 'säsion' }, null],
] as const;
for (const [name, given, session] of bodies) {
  test(`body: ${name}`, () => assert.equal(sessionInBody(given, {}), session));
}

test('a trace in the headers comes after all that the body says', () => {
  const traced = { 'x-litellm-trace-id': 't' };
  assert.equal(sessionInBody({}, traced), 't');
  assert.equal(sessionInBody({ prompt_cache_key: 'p' }, traced), 'p');
});
