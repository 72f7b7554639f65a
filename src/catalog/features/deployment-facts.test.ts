import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CatalogCredential, CatalogProvider, OperatorFacts } from '../input.ts';
import { capabilitiesOf } from './capabilities.ts';
import { deploymentFacts } from './deployment-facts.ts';
import { supports } from './supports.ts';

const ROW: CatalogProvider = {
  ...{ speaks: {}, makerOf: [], aggregator: false, sandbox: false, pricedAs: null, alsoCalled: ['maker-cloud'] },
  data: { collects: false, retains: true },
};
const NOTHING: OperatorFacts = {
  ...{
    region: null,
    tags: null,
    quantization: null,
    inputs: null,
    outputs: null,
    parameters: null,
    has: [],
    lacks: [],
  },
  ...{ distillable: null, data: { collects: null, retains: null } },
};
const account = (change: Partial<CatalogCredential> = {}): CatalogCredential => ({
  name: 'Mine',
  provider: 'maker',
  ...change,
});

describe('what is known of a deployment', () => {
  it("is the operator's word, then the credential's, then the tables'", () => {
    const credential = account({
      facts: { ...NOTHING, tags: ['a'], region: 'EU', data: { collects: true, retains: null } },
    });
    const own = { ...NOTHING, tags: ['b'], lacks: ['tools'], data: { collects: null, retains: false } };
    const { features, data, region, tags } = deploymentFacts('gpt-5', null, credential, ROW, own);
    assert.deepEqual([data, region, tags], [{ collects: true, retains: false }, 'eu', ['b']]);
    assert.deepEqual([supports(features, 'tools'), supports(features, 'seed')], [false, true]);
    assert.deepEqual(features.inputs, ['text', 'image', 'file']);
  });

  it('is called by credential and provider, in lower case, with and without its region', () => {
    const { names } = deploymentFacts('m', null, account({ options: { location: 'europe-west4' } }), ROW);
    const bare = ['mine', 'maker', 'maker-cloud'];
    assert.deepEqual(names, [...bare, ...bare.map((name) => `${name}/europe-west4`)]);
  });

  it("is not what the provider documents where the credential has another address, nor what the model's name tells", () => {
    const { features, data } = deploymentFacts('gpt-5', null, account({ baseUrl: 'https://proxy.example' }), ROW);
    assert.deepEqual([data, features.inputs], [{ collects: null, retains: null }, null]);
    const told = deploymentFacts('x', 'gpt-5', account({ baseUrl: 'https://proxy.example' }), ROW);
    assert.deepEqual(told.features.inputs, ['text', 'image', 'file']);
  });

  it('is that prompts stay at home where the server does', () => {
    const at = (baseUrl: string | null) =>
      deploymentFacts('m', null, account({ baseUrl }), { ...ROW, local: true }).data;
    const home = [
      null,
      'http://localhost:8000',
      'http://10.1.2.3/v1',
      'http://172.20.0.2',
      'http://[::1]:1',
      'http://vllm:8000',
    ];
    for (const baseUrl of [...home, 'http://gpu.internal/v1'])
      assert.deepEqual(at(baseUrl), { collects: false, retains: false }, String(baseUrl));
    for (const baseUrl of [
      'https://api.example.com/v1',
      'http://8.8.8.8',
      'http://172.32.0.1',
      'http://localhost.example.com',
    ])
      assert.deepEqual(at(baseUrl), { collects: null, retains: null }, baseUrl);
  });
});

describe("a model's name tells", () => {
  const inputs: readonly (readonly [string, readonly string[] | undefined])[] = [
    ['gpt-4o-mini', ['text', 'image', 'file']],
    ['gpt-4o-audio-preview', undefined],
    ['openai/gpt-3.5-turbo-0125', ['text']],
    ['eu.anthropic.claude-sonnet-4-5-20250929-v1:0', ['text', 'image', 'file']],
    ['gemini-2.5-flash', ['text', 'image', 'audio', 'video', 'file']],
    ['gemini-2.5-flash-image', undefined],
    ['deepseek-reasoner', ['text']],
    ['llama-3.3-70b-versatile', ['text']],
    ['llama-3.2-90b-vision-preview', undefined],
    ['somebody-elses', undefined],
  ];
  for (const [name, expected] of inputs)
    it(`what ${name} takes`, () => assert.deepEqual(capabilitiesOf(name).inputs, expected));

  const schemas: readonly (readonly [string, boolean | null])[] = [
    ['gpt-4o', true],
    ['gpt-4o-2024-05-13', false],
    ['o3', true],
    ['claude-opus-4-1-20250805', true],
    ['claude-sonnet-4-20250514', null],
    ['claude-3-5-haiku-latest', null],
    ['gemini-3-pro-preview', true],
    ['mistral-large-latest', null],
  ];
  for (const [name, expected] of schemas)
    it(`whether ${name} keeps to a schema`, () => {
      const { inputs: _, outputs: __, ...known } = capabilitiesOf(name);
      const features = {
        inputs: null,
        outputs: null,
        parameters: null,
        quantization: null,
        distillable: null,
        ...known,
      };
      assert.equal(supports(features, 'structured_outputs'), expected);
    });
});
