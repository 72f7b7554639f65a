import assert from 'node:assert/strict';
import { test } from 'node:test';
import { valuesFrom } from '../../form/field.ts';
import { changedModelOf, deploymentFields, formRow, newModelOf } from './deployment-fields.ts';

const fields = deploymentFields(['acme']);
const typed = {
  ...valuesFrom(fields),
  model_name: 'fast',
  model: 'openai/gpt-4o-mini',
  litellm_credential_name: 'acme',
  input_cost_per_token: '0.15',
  output_cost_per_token: '0.6',
  max_input_tokens: '128000',
  weight: '0.5',
};

test('what is typed becomes a deployment in LiteLLM’s words, prices by the token', () => {
  assert.deepEqual(newModelOf(fields, typed), {
    model_name: 'fast',
    litellm_params: {
      model: 'openai/gpt-4o-mini',
      litellm_credential_name: 'acme',
      input_cost_per_token: 0.15e-6,
      output_cost_per_token: 0.6e-6,
      weight: 0.5,
    },
    model_info: { max_input_tokens: 128_000 },
  });
});

test('a change says what differs: what was emptied is taken away, and nothing else is said', () => {
  const { model_name, litellm_params, model_info } = newModelOf(fields, typed);
  const row = { model_name, litellm_params, model_info: { ...model_info, id: 'x', db_model: true, blocked: false } };
  const before = valuesFrom(fields, formRow(row));
  assert.equal(before['input_cost_per_token'], '0.15');
  assert.deepEqual(changedModelOf(fields, before, before), { litellm_params: {} });
  const after = { ...before, weight: '', output_cost_per_token: '0.75', max_input_tokens: '200000' };
  assert.deepEqual(changedModelOf(fields, before, after), {
    litellm_params: { output_cost_per_token: 0.75e-6, weight: null },
    model_info: { max_input_tokens: 200_000 },
  });
});
