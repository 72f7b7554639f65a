import { Group, MultiSelect, Select, TagsInput, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { modelsQuery } from '../../api/models.ts';
import { FormSheet } from '../../form/form-sheet.tsx';
import { m } from '../../messages/index.ts';
import { checks, type KeyValues } from './key-values.ts';
import type { TeamChoice } from './use-team-choices.ts';

const words = m.keys.form;

type Props = {
  readonly title: string;
  readonly verb: string;
  readonly values: KeyValues;
  /** Teams that it may be made in; left out: it stays where it is. */
  readonly teams?: readonly TeamChoice[];
  readonly onClose: () => void;
  readonly onSend: (values: KeyValues) => Promise<void>;
};

const choices = (names: Readonly<Record<string, string>>) =>
  Object.entries(names).map(([value, label]) => ({ value, label }));

/** For a new key and for one that is changed. */
export function KeyForm({ title, verb, values, teams = [], onClose, onSend }: Props) {
  const form = useForm<KeyValues>({ initialValues: values, validate: checks, validateInputOnBlur: true });
  const { data: models = [] } = useQuery(modelsQuery);
  // A pattern that the key has, and that no model is called, is kept.
  const names = [...new Set([...models.map(({ id }) => id), ...values.models])];
  const submit = async (): Promise<void> => {
    if (form.validate().hasErrors) throw new Error(m.frame.mendFields);
    await onSend(form.values);
  };
  return (
    <FormSheet isOpen title={title} verb={verb} onClose={onClose} onSubmit={submit} setErrors={form.setErrors}>
      <TextInput
        data-autofocus
        label={words.name}
        description={words.nameHint}
        maxLength={255}
        {...form.getInputProps('key_alias')}
      />
      {teams.length === 0 ? null : (
        <Select
          label={words.team}
          description={words.teamHint}
          data={[...teams]}
          clearable
          searchable
          {...form.getInputProps('team_id')}
          value={form.values.team_id === '' ? null : form.values.team_id}
          onChange={(value) => form.setFieldValue('team_id', value ?? '')}
        />
      )}
      <MultiSelect
        label={words.models}
        description={words.modelsHint}
        data={names}
        searchable
        clearable
        hidePickedOptions
        {...mutable(form.getInputProps('models'))}
      />
      <TextInput
        label={words.budget}
        description={words.budgetHint}
        inputMode="decimal"
        leftSection="$"
        {...form.getInputProps('max_budget')}
      />
      <Group grow align="flex-start">
        <Select
          label={words.period}
          data={choices(words.periods)}
          allowDeselect={false}
          disabled={form.values.max_budget.trim() === ''}
          {...form.getInputProps('budget_duration')}
        />
        <Select
          label={words.lifetime}
          data={choices(words.lifetimes)}
          allowDeselect={false}
          {...form.getInputProps('duration')}
        />
      </Group>
      <Group grow align="flex-end">
        <TextInput label={words.rpm} inputMode="numeric" {...form.getInputProps('rpm_limit')} />
        <TextInput label={words.tpm} inputMode="numeric" {...form.getInputProps('tpm_limit')} />
        <TextInput label={words.parallel} inputMode="numeric" {...form.getInputProps('max_parallel_requests')} />
      </Group>
      <TagsInput
        label={words.tags}
        description={words.tagsHint}
        maxTags={20}
        {...mutable(form.getInputProps('tags'))}
      />
    </FormSheet>
  );
}

/** Mantine's lists ask for arrays that may be written to, and do not write to them. */
function mutable<Props extends { value?: unknown }>(props: Props): Props & { value: string[] } {
  return { ...props, value: [...((props.value ?? []) as readonly string[])] };
}
