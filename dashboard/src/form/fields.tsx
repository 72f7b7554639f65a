import { Group, MultiSelect, PasswordInput, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { modelsQuery } from '../api/models.ts';
import { type Field, type FieldValues, isMeant } from './field.ts';

export {
  changedBody,
  checkFields,
  type Field,
  type FieldValue,
  type FieldValues,
  newBody,
  valuesFrom,
} from './field.ts';

type Props = {
  readonly fields: readonly Field[];
  readonly form: UseFormReturnType<FieldValues>;
  /** Fixed fields are shown, and not asked for. */
  readonly isChange: boolean;
};

export function Fields({ fields, form, isChange }: Props) {
  return linesOf(fields).map((line, index) => {
    const inputs = line.map((field) => (
      <FieldInput
        key={field.id}
        field={field}
        form={form}
        isFirst={index === 0}
        isOff={(isChange && field.isFixed === true) || !isMeant(field, form.values)}
      />
    ));
    if (inputs.length === 1) return inputs;
    return (
      <Group key={line[0]?.id} grow align="flex-end" gap="sm">
        {inputs}
      </Group>
    );
  });
}

/** Fields that stand beside one another, a line each. */
function linesOf(fields: readonly Field[]): readonly (readonly Field[])[] {
  const lines: Field[][] = [];
  for (const field of fields) {
    const line = field.isBeside === true ? lines.at(-1) : undefined;
    if (line === undefined) lines.push([field]);
    else line.push(field);
  }
  return lines;
}

type InputProps = {
  readonly field: Field;
  readonly form: UseFormReturnType<FieldValues>;
  readonly isFirst: boolean;
  readonly isOff: boolean;
};

function FieldInput({ field, form, isFirst, isOff }: InputProps) {
  const { id, kind, label, hint, placeholder, choices = {}, isRequired = false } = field;
  const common = {
    label,
    disabled: isOff,
    withAsterisk: isRequired,
    'data-autofocus': isFirst || undefined,
    ...(hint === undefined ? {} : { description: hint }),
    ...(placeholder === undefined || isOff ? {} : { placeholder }),
  };
  const { value, ...input } = form.getInputProps(id);
  const text = String(value ?? '');
  const list = Array.isArray(value) ? value.map(String) : [];
  switch (kind) {
    case 'models':
      return <ModelsInput common={common} value={list} input={input} />;
    case 'texts':
      return <TagsInput {...common} {...input} value={list} maxTags={100} />;
    case 'choice': {
      // What a program wrote, and none of the choices is, stays what it is.
      const known = text in choices ? choices : { ...choices, [text]: text };
      const data = Object.entries(known).map(([key, words]) => ({ value: key, label: words }));
      return (
        <Select {...common} {...input} value={text} data={data} allowDeselect={false} searchable={data.length > 8} />
      );
    }
    case 'long':
      return <Textarea {...common} {...input} value={text} autosize minRows={2} maxLength={1_000} />;
    case 'secret':
    case 'password':
      return <PasswordInput {...common} {...input} value={text} autoComplete="new-password" />;
    case 'usd':
      return <TextInput {...common} {...input} value={text} inputMode="decimal" leftSection="$" />;
    case 'number':
      return <TextInput {...common} {...input} value={text} inputMode="decimal" />;
    case 'count':
      return <TextInput {...common} {...input} value={text} inputMode="numeric" />;
    case 'text':
      return <TextInput {...common} {...input} value={text} maxLength={255} />;
  }
}

type ModelsProps = {
  readonly common: {
    readonly label: string;
    readonly description?: string;
    readonly placeholder?: string;
    readonly disabled: boolean;
  };
  readonly value: string[];
  readonly input: object;
};

/** A pattern that stands there already, and that no model is called, is kept. */
function ModelsInput({ common, value, input }: ModelsProps) {
  const { data: models = [] } = useQuery(modelsQuery);
  const names = [...new Set([...models.map(({ id }) => id), ...value])];
  const { placeholder = '', ...rest } = common;
  return (
    <MultiSelect
      {...rest}
      {...input}
      {...(value.length === 0 ? { placeholder } : {})}
      value={value}
      data={names}
      searchable
      clearable
      hidePickedOptions
    />
  );
}
