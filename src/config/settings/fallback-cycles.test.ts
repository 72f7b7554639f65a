import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadForTest } from '../load-for-test.ts';
import { fallbackCycles } from './fallback-cycles.ts';

const load = (text: string) => loadForTest({ files: { 'waybill.yaml': text } });

test('a circle is named as it goes, once for all causes, and causes are told apart', () => {
  const model = (name: string, fallbacks: Parameters<typeof fallbackCycles>[0][number]['fallbacks']) => ({
    name,
    fallbacks,
  });
  const circle = [
    model('a', { error: ['x', 'b'], rate_limit: ['b'] }),
    model('b', { error: ['c'], rate_limit: ['a'] }),
  ];
  assert.deepEqual(fallbackCycles([...circle, model('c', { error: ['a'] })]), [
    { cause: 'error', names: ['a', 'b', 'c', 'a'] },
    { cause: 'rate_limit', names: ['a', 'b', 'a'] },
  ]);
  assert.deepEqual(fallbackCycles([model('a', { error: ['a'] })])[0]?.names, ['a', 'a']);
  assert.deepEqual(fallbackCycles([model('p/*', { error: ['q/1'] }), model('q/*', { error: ['p/2'] })])[0]?.names, [
    ...['p/*', 'q/*', 'p/*'],
  ]);
  assert.deepEqual(
    fallbackCycles([model('small', { context_window: ['large'] }), model('large', { error: ['small'] })]),
    [],
  );
  assert.deepEqual(
    fallbackCycles([model('a', { error: ['b', 'c'] }), model('b', { error: ['c'] }), model('c', {})]),
    [],
  );
});

test('a circle stops the start, with its place, in files of both kinds', async () => {
  const own = await load(`models:
  a: { deployments: sandbox/echo, fallbacks: { error: b } }
  b: { deployments: sandbox/echo, fallbacks: { error: [a] } }
`);
  assert.deepEqual(own.faults, [
    "waybill.yaml:2:55: line 2: fallbacks for 'error' go round in a circle: a -> b -> a; take one of them out",
  ]);
  const litellm = await load(
    `model_list:
  - { model_name: a, litellm_params: { model: openai/a, api_key: k } }
  - { model_name: b, litellm_params: { model: openai/b, api_key: k } }
router_settings:
  fallbacks: [{ a: [b] }, { b: [a] }]
`,
  );
  assert.deepEqual(litellm.faults, [
    "waybill.yaml:5:20: line 5: fallbacks for 'error' go round in a circle: a -> b -> a; take one of them out",
  ]);
});
