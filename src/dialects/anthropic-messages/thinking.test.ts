import assert from 'node:assert/strict';
import { test } from 'node:test';
import { asked, decoded, encoded, NO_FACTS } from '../../../test/support/anthropic-wire.ts';
import type { ReasoningWish } from '../../inference/index.ts';
import type { ModelFacts } from '../dialect.ts';

type Case = {
  readonly wish: Partial<ReasoningWish>;
  readonly manner: ModelFacts['thinking'];
  readonly limit?: number;
  readonly sent: { readonly thinking?: unknown; readonly output_config?: unknown };
  readonly warned?: readonly string[];
};

const SILENT: ReasoningWish = { mode: null, effort: null, budgetTokens: null, summary: null, isShown: null };
const budget = (tokens: number) => ({ type: 'enabled', budget_tokens: tokens });
const adaptive = { type: 'adaptive' };

const CASES: readonly Case[] = [
  { wish: { effort: 'low' }, manner: 'budget', sent: { thinking: budget(2_000) } },
  { wish: { effort: 'medium' }, manner: 'budget', sent: { thinking: budget(5_000) } },
  { wish: { effort: 'high' }, manner: 'budget', sent: { thinking: budget(8_000) } },
  { wish: { effort: 'minimal' }, manner: 'budget', sent: { thinking: budget(1_024) } },
  { wish: { budgetTokens: 3_000 }, manner: 'budget', sent: { thinking: budget(3_000) } },
  { wish: { budgetTokens: 60_000 }, manner: 'budget', sent: { thinking: budget(9_999) }, warned: ['reasoning.budget'] },
  { wish: { effort: 'high' }, manner: 'budget', limit: 1_024, sent: {}, warned: ['reasoning'] },
  { wish: { effort: 'high' }, manner: 'adaptive', sent: { thinking: adaptive, output_config: { effort: 'high' } } },
  { wish: { effort: 'xhigh' }, manner: 'adaptive', sent: { thinking: adaptive, output_config: { effort: 'max' } } },
  { wish: { budgetTokens: 2_000 }, manner: 'adaptive', sent: { thinking: adaptive, output_config: { effort: 'low' } } },
  { wish: { mode: 'on' }, manner: 'adaptive', sent: { thinking: adaptive } },
  { wish: { effort: 'high' }, manner: null, sent: { thinking: adaptive, output_config: { effort: 'high' } } },
  { wish: { effort: 'none' }, manner: 'budget', sent: { thinking: { type: 'disabled' } } },
  { wish: { effort: 'none' }, manner: 'none', sent: {} },
  { wish: { effort: 'high' }, manner: 'none', sent: {}, warned: ['reasoning'] },
  {
    wish: { effort: 'low', summary: 'auto' },
    manner: 'adaptive',
    sent: { thinking: { ...adaptive, display: 'summarized' }, output_config: { effort: 'low' } },
  },
];

test('a wish to think is told in the manner that the model takes', () => {
  for (const { wish, manner, limit = 10_000, sent, warned = [] } of CASES) {
    const request = asked({ reasoning: { ...SILENT, ...wish }, maxOutputTokens: limit });
    const { body, warnings } = encoded(request, { facts: { ...NO_FACTS, thinking: manner } });
    const { thinking, output_config } = body;
    const label = `${JSON.stringify(wish)} to ${manner}`;
    assert.deepEqual(JSON.parse(JSON.stringify({ thinking, output_config })), sent, label);
    const fields = warnings.map(({ field }) => field);
    assert.deepEqual(fields, warned, label);
  }
});

test('a client of Anthropic is taken at its word, unless the model is known to want it otherwise', () => {
  const body = {
    model: 'claude-opus-4-8',
    max_tokens: 10_000,
    messages: [{ role: 'user', content: 'x' }],
    thinking: { type: 'adaptive', display: 'omitted' },
    output_config: { effort: 'xhigh' },
  };
  const { thinking, output_config } = body;
  const request = decoded(body);
  const asIs = encoded(request).body;
  assert.deepEqual([asIs['thinking'], asIs['output_config']], [thinking, output_config]);
  const older = encoded(request, { facts: { ...NO_FACTS, thinking: 'budget' } }).body;
  assert.deepEqual(older['thinking'], { type: 'enabled', budget_tokens: 9_500, display: 'omitted' });
  assert.equal(older['output_config'], undefined);
});

test('a tool that must be called goes before thinking by a budget', () => {
  const tool = {
    type: 'function',
    name: 'f',
    description: null,
    parameters: null,
    strict: null,
    namespace: null,
  } as const;
  const reasoning = { ...SILENT, effort: 'high' } as const;
  const request = asked({ reasoning, tools: [tool], toolChoice: { type: 'required' }, maxOutputTokens: 10_000 });
  const forced = encoded(request, { facts: { ...NO_FACTS, thinking: 'budget' } });
  assert.deepEqual([forced.body['thinking'], forced.warnings.map(({ field }) => field)], [undefined, ['reasoning']]);
  const free = encoded(request, { facts: { ...NO_FACTS, thinking: 'adaptive' } });
  assert.deepEqual([free.body['thinking'], free.warnings], [adaptive, []]);
});
