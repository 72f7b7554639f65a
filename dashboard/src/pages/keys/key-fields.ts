import type { ChangedKey, KeyRow, NewKey } from '../../api/keys.ts';
import { changedBody, type Field, type FieldValues, newBody } from '../../form/field.ts';
import { m } from '../../messages/index.ts';
import type { TeamChoice } from './use-team-choices.ts';

const words = m.keys.form;

const NAME: Field = { id: 'key_alias', kind: 'text', label: words.name, hint: words.nameHint };

/** How long it works is said anew, or left as it is. */
function termsFor(lifetimes: Readonly<Record<string, string>>): readonly Field[] {
  return [
    { id: 'models', kind: 'models', label: m.form.models, placeholder: m.form.allModels, hint: m.form.modelsHint },
    { id: 'max_budget', kind: 'usd', label: m.form.budget, placeholder: m.form.noLimit, hint: m.form.budgetHint },
    {
      id: 'budget_duration',
      kind: 'choice',
      label: m.form.period,
      choices: m.form.periods,
      needs: 'max_budget',
    },
    { id: 'duration', kind: 'choice', label: words.lifetime, choices: lifetimes, isBeside: true, keepsEmpty: true },
    { id: 'rpm_limit', kind: 'count', label: m.form.rpm, placeholder: m.form.noLimit },
    { id: 'tpm_limit', kind: 'count', label: m.form.tpm, placeholder: m.form.noLimit, isBeside: true },
    { id: 'max_parallel_requests', kind: 'count', label: m.form.parallel, placeholder: m.form.noLimit, isBeside: true },
    { id: 'tags', kind: 'texts', label: words.tags, hint: words.tagsHint },
  ];
}

/** Of a new key; without teams to choose from it stands in none. */
export function newKeyFields(teams: readonly TeamChoice[]): readonly Field[] {
  const choices = Object.fromEntries([['', words.noTeam], ...teams.map(({ value, label }) => [value, label])]);
  const team: Field = { id: 'team_id', kind: 'choice', label: words.team, hint: words.teamHint, choices };
  return [NAME, ...(teams.length === 0 ? [] : [team]), ...termsFor(words.lifetimes)];
}

export const changedKeyFields: readonly Field[] = [NAME, ...termsFor({ ...words.lifetimes, '': words.asItIs })];

export function newKeyOf(fields: readonly Field[], values: FieldValues): NewKey {
  return newBody(fields, values) as NewKey;
}

export function changedKeyOf({ token }: KeyRow, values: FieldValues): ChangedKey {
  return { key: token, ...changedBody(changedKeyFields, values) };
}
