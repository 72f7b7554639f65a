import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { buildCatalog, type Catalog, type OperatorModel } from '../../catalog/index.ts';
import { type Caller, GatewayError } from '../../inference/index.ts';
import { providerRow, sandboxModels } from '../../providers/index.ts';
import { findModel, findModels } from './find-model.ts';

function operatorModel(
  name: string,
  use: string,
  more: Partial<OperatorModel> = {},
  price: 'free' | null = null,
): OperatorModel {
  const [credential = '', upstreamModel = ''] = [use.slice(0, use.indexOf('/')), use.slice(use.indexOf('/') + 1)];
  const deployment = {
    credential,
    upstreamModel,
    baseModel: null,
    priority: 1,
    weight: 1,
    limits: { rpm: null, tpm: null, parallel: null },
    price,
    contextWindow: null,
    maxOutput: null,
    timeouts: {},
    headers: {},
    id: `id-${name}`,
    at: 'test:1:1',
  };
  return { name, deployments: [deployment], fallbacks: {}, hidden: false, accessGroups: [], aliasOf: null, ...more };
}

const catalog: Catalog = buildCatalog({
  models: [
    operatorModel('chat', 'openai/gpt-4o'),
    operatorModel('big', 'anthropic/claude-opus-4-8', { accessGroups: ['beta'] }),
    operatorModel('odd:nitro', 'openai/gpt-4o-mini'),
    operatorModel('small', 'openai/gpt-4o-mini', { deployments: [], aliasOf: 'big' }),
    operatorModel('local/*', 'ollama/*', { accessGroups: ['own'] }),
    operatorModel('echo', 'ollama/echo', {}, 'free'),
  ],
  credentials: ['openai', 'anthropic', 'openrouter', 'ollama'].map((name) => ({ name, provider: name })),
  provider: providerRow,
  sandboxModels,
  timeouts: { connectMs: 1, firstByteMs: 1, idleMs: 1, totalMs: 1 },
  defaultFallbacks: [],
  nowMs: Date.UTC(2026, 10, 24),
});
const rooms = { policies: () => ({ catalog }) } as unknown as Parameters<typeof findModel>[2];

function callerOf(models: readonly string[] = [], aliases: Caller['aliases'] = {}): Caller {
  return {
    kind: 'virtual-key',
    keyId: 'k',
    keyHash: 'h',
    keyAlias: null,
    userId: null,
    teamId: null,
    projectId: null,
    organizationId: null,
    furtherModels: [],
    models,
    aliases,
  };
}

function found(name: string, caller = callerOf()): string {
  const { models, variants } = findModels(name, [], caller, rooms);
  const [deployment] = models[0].deployments;
  return [models[0].name, deployment?.provider, deployment?.upstreamModel, ...variants].join(' ');
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof GatewayError) return `${error.code} ${error.details.param}`;
    throw error;
  }
  return 'found';
}

describe('variants', () => {
  const cases = [
    ['chat:nitro', 'chat openai gpt-4o nitro'],
    ['chat:free:online:floor', 'chat openai gpt-4o free online floor'],
    ['odd:nitro', 'odd:nitro openai gpt-4o-mini'],
    ['odd:nitro:floor', 'odd:nitro openai gpt-4o-mini floor'],
    ['gpt-4o-mini:floor', 'gpt-4o-mini openai gpt-4o-mini floor'],
    ['openai/gpt-4o:thinking', 'openai/gpt-4o openai gpt-4o thinking'],
    // OpenRouter understands them, listed or not.
    [
      'openrouter/deepseek/deepseek-r1:free',
      'openrouter/deepseek/deepseek-r1:free openrouter deepseek/deepseek-r1:free',
    ],
    ['openrouter/some/body:nitro', 'openrouter/some/body:nitro openrouter some/body:nitro'],
    ['ollama/llama3:8b', 'ollama/llama3:8b ollama llama3:8b'],
    ['local/qwen3:thinking', 'local/qwen3:thinking ollama qwen3:thinking'],
    ['chat:fast', 'model_not_found model'],
  ] as const;
  for (const [name, expected] of cases) {
    test(name, () => {
      const code = codeOf(() => found(name));
      assert.equal(code === 'found' ? found(name) : code, expected);
    });
  }
});

describe('aliases of a key', () => {
  const aliases = { fast: 'chat', cheap: 'chat:floor', chat: 'big' };
  test('mean their target, with its ending and the asked one', () => {
    assert.equal(found('fast', callerOf([], aliases)), 'chat openai gpt-4o');
    assert.equal(found('fast:nitro', callerOf([], aliases)), 'chat openai gpt-4o nitro');
    assert.equal(found('cheap:online', callerOf([], aliases)), 'chat openai gpt-4o floor online');
    assert.equal(found('chat', callerOf([], aliases)), 'big anthropic claude-opus-4-8');
  });
  test('open nothing that the key may not use', () => {
    const caller = callerOf(['fast', 'big'], aliases);
    assert.equal(
      codeOf(() => findModel('fast', caller, rooms)),
      'model_access_denied model',
    );
    assert.equal(found('chat', caller), 'big anthropic claude-opus-4-8');
    assert.equal(
      codeOf(() => findModel('toString', caller, rooms)),
      'model_not_found model',
    );
  });
});

describe('what a key may use', () => {
  const cases = [
    [['beta'], 'big', 'found'],
    [['beta'], 'small', 'found'],
    [['beta'], 'id-big', 'found'],
    [['big'], 'id-big', 'found'],
    [['big'], 'small', 'found'],
    [['small'], 'big', 'model_access_denied model'],
    [['beta'], 'chat', 'model_access_denied model'],
    [['chat'], 'id-big', 'model_access_denied model'],
    [['bet*'], 'big', 'model_access_denied model'],
    [['own'], 'local/llama3:8b', 'found'],
    [['own'], 'ollama/llama3:8b', 'model_access_denied model'],
    [['chat'], 'chat:nitro', 'found'],
    [['chat:free'], 'chat:free', 'found'],
    [['chat:free'], 'chat', 'model_access_denied model'],
    [['chat:free'], 'chat:free:nitro', 'model_access_denied model'],
  ] as const;
  for (const [models, name, expected] of cases) {
    test(`${models} asks for ${name}: ${expected}`, () =>
      assert.equal(
        codeOf(() => findModels(name, [], callerOf(models), rooms)),
        expected,
      ));
  }
});

describe('several models', () => {
  const named = (asked: string, further: readonly string[], caller = callerOf()) => {
    const { models, unknown } = findModels(asked, further, caller, rooms);
    return [models.map(({ name }) => name), unknown];
  };
  test('each once, in order', () => {
    assert.deepEqual(named('chat', ['big', 'chat', 'big', 'chat:floor']), [['chat', 'big'], []]);
  });
  test('what is nowhere is passed over, and told', () => {
    assert.deepEqual(named('gpt-77', ['nobody', 'big', 'chat']), [
      ['big', 'chat'],
      ['gpt-77', 'nobody'],
    ]);
    assert.equal(
      codeOf(() => named('gpt-77', ['nobody'])),
      'model_not_found model',
    );
  });
  test('a further one that is to be free of charge is not paid for', () => {
    assert.deepEqual(named('chat', ['big:free', 'echo:free']), [['chat', 'echo'], ['big:free']]);
    assert.equal(
      codeOf(() => findModel('big:free', callerOf(), rooms)),
      'model_not_found model',
    );
  });
  test('what the key may not use is refused wherever it stands', () => {
    assert.equal(
      codeOf(() => named('chat', ['big'], callerOf(['chat']))),
      'model_access_denied models[0]',
    );
  });
});
