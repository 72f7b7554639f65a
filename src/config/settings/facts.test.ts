import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadForTest } from '../load-for-test.ts';
import { noFacts } from './facts.ts';

const load = (text: string) =>
  loadForTest({ files: { 'waybill.yaml': text }, environment: { OPENAI_API_KEY: 'k', GROQ_API_KEY: 'k' } });

const OWN = `credentials:
  mine: { provider: openai, region: eu, tags: default, data: { retains: off } }
models:
  m:
    distillable: on
    tags: [a, b]
    deployments:
      - { use: mine/x, quantization: fp8, modalities: { input: [text, image] }, data: { collects: no } }
      - { use: mine/y, tags: c, region: us, parameters: [tools, max_tokens] }
  plain: mine/z
routing: { tags: all }
`;

test("a file of ours says what is known of deployments: its own word, then its model's", async () => {
  const { configuration, faults } = await load(OWN);
  assert.deepEqual(faults, []);
  const [first, second] = configuration?.models[0]?.deployments ?? [];
  assert.deepEqual(first?.facts, {
    ...noFacts,
    tags: ['a', 'b'],
    quantization: 'fp8',
    inputs: ['text', 'image'],
    distillable: true,
    data: { collects: false, retains: null },
  });
  assert.deepEqual([second?.facts?.tags, second?.facts?.region], [['c'], 'us']);
  assert.deepEqual(second?.facts?.parameters, ['tools', 'max_tokens', 'max_completion_tokens']);
  assert.equal(configuration?.models[1]?.deployments[0]?.facts, undefined);
  const credential = configuration?.credentials.find(({ name }) => name === 'mine');
  assert.deepEqual([credential?.options['region'], credential?.facts?.tags], ['eu', ['default']]);
  assert.deepEqual(credential?.facts?.data, { collects: null, retains: false });
  assert.equal(configuration?.routing.tagging, 'all');
});

test('tags that choose nothing are named', async () => {
  const { configuration } = await load(OWN.replace('routing: { tags: all }', ''));
  assert.ok(configuration?.notices.includes('tags of deployments choose nothing: routing.tags is off'));
});

test('a word that is none is a fault', async () => {
  const { faults } = await load('models:\n  m: { deployments: openai/x, quantization: int3 }\n');
  assert.equal(faults.length, 1);
  assert.match(faults[0] ?? '', /^waybill.yaml:2:\d+: line 2: /);
});

const LITELLM = `model_list:
  - model_name: m
    litellm_params: { model: openai/a, tags: [paid], region_name: eu-west-1 }
    model_info: { mode: chat, supports_function_calling: true, supports_response_schema: false, supports_vision: true, supports_audio_input: false }
  - model_name: m
    litellm_params: { model: groq/b }
    model_info: { mode: embedding, supported_openai_params: [tools, max_completion_tokens] }
  - model_name: plain
    litellm_params: { model: groq/c }
router_settings: { enable_tag_filtering: true, tag_filtering_match_any: false }
`;

test("LiteLLM's words for the same", async () => {
  const { configuration, faults } = await load(LITELLM);
  assert.deepEqual(faults, []);
  const [first, second] = configuration?.models[0]?.deployments ?? [];
  assert.deepEqual(first?.facts, {
    ...noFacts,
    region: 'eu-west-1',
    tags: ['paid'],
    inputs: ['text', 'image', 'video', 'file'],
    has: ['tools'],
    lacks: ['structured_outputs'],
  });
  assert.deepEqual(second?.facts, {
    ...noFacts,
    outputs: ['embedding'],
    has: ['tools', 'max_completion_tokens', 'max_tokens'],
    lacks: [
      ...['temperature', 'top_p', 'stop', 'seed', 'frequency_penalty', 'presence_penalty', 'logit_bias', 'logprobs'],
      ...['top_logprobs', 'response_format', 'tool_choice'],
    ],
  });
  assert.equal(configuration?.models[1]?.deployments[0]?.facts, undefined);
  assert.equal(configuration?.routing.tagging, 'all');
  const any = await load(LITELLM.replace(', tag_filtering_match_any: false', ''));
  assert.equal(any.configuration?.routing.tagging, 'any');
});
