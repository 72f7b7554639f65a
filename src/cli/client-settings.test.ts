import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientNames, clientSettings, isClientName } from './client-settings.ts';

const TARGET = { url: 'http://127.0.0.1:4000', key: 'sk-1', model: 'claude-sonnet' };

test('each client is given the address, the key and the model, and nothing is left of a key that was not given', () => {
  for (const name of clientNames) {
    const given = JSON.stringify(clientSettings(name, TARGET));
    for (const part of Object.values(TARGET)) assert.ok(given.includes(part), `${name}: ${part}`);
    assert.doesNotMatch(JSON.stringify(clientSettings(name, { ...TARGET, key: null })), /sk-1/);
  }
});

test('Codex speaks Responses alone; opencode reads JSON', () => {
  assert.match(clientSettings('codex', TARGET).file?.text ?? '', /^wire_api = "responses"$/m);
  const file: unknown = JSON.parse(clientSettings('opencode', TARGET).file?.text ?? '');
  assert.ok(typeof file === 'object' && file !== null && 'provider' in file);
});

test('names that objects have anyway are no clients', () => {
  assert.ok(!isClientName('constructor'));
  assert.ok(isClientName('claude'));
});
