import { MultiSelect, PasswordInput, Select, TagsInput, Textarea, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useQuery } from '@tanstack/react-query';
import { modelsQuery } from '../api/models.ts';
import { decimalUsd, nanoOf } from '../format/money.ts';
import { m } from '../messages/index.ts';

export type FieldKind = 'text' | 'long' | 'secret' | 'usd' | 'count' | 'choice' | 'models' | 'texts';

/** One field of a form, as data: what is asked for, and how it is written in a request. */
export type Field = {
  /** Its name in the request. */
  readonly id: string;
  readonly kind: FieldKind;
  readonly label: string;
  readonly hint?: string;
  /** Of a `choice`: value and words; the value '' asks for nothing. */
  readonly choices?: Readonly<Record<string, string>>;
  readonly isRequired?: boolean;
  /** Said once, when the thing is made, and never changed. */
  readonly isFixed?: boolean;
};

export type FieldValue = string | readonly string[];
export type FieldValues = Readonly<Record<string, FieldValue>>;

const LISTS: ReadonlySet<FieldKind> = new Set(['models', 'texts']);

/** What the fields hold of a row of the API; of nothing, what an empty form holds. */
export function valuesFrom(fields: readonly Field[], row: Readonly<Record<string, unknown>> = {}): FieldValues {
  return Object.fromEntries(
    fields.map(({ id, kind }) => {
      const value = row[id];
      if (LISTS.has(kind)) return [id, Array.isArray(value) ? value.map(String) : []];
      if (value === null || value === undefined) return [id, ''];
      return [id, kind === 'usd' ? decimalUsd(nanoOf(value as number | string)) : String(value)];
    }),
  );
}

/** The request for something new: what is empty is left out. */
export function newBody(fields: readonly Field[], values: FieldValues): Record<string, unknown> {
  return Object.fromEntries(fields.flatMap((field) => written(field, values).filter(([, value]) => value !== null)));
}

/** The request for a change: what is empty is taken away, what cannot change is left out. */
export function changedBody(fields: readonly Field[], values: FieldValues): Record<string, unknown> {
  return Object.fromEntries(
    fields.filter(({ isFixed }) => isFixed !== true).flatMap((field) => written(field, values)),
  );
}

function written({ id, kind }: Field, values: FieldValues): readonly (readonly [string, unknown])[] {
  const value = values[id] ?? '';
  if (typeof value !== 'string') return [[id, value.length === 0 && kind === 'texts' ? null : [...value]]];
  const text = value.trim();
  return [[id, text === '' ? null : kind === 'count' ? Number(text) : text]];
}

const USD = /^\d{1,10}(?:\.\d{1,9})?$/;
const COUNT = /^[1-9]\d{0,14}$/;

/** What the gateway would refuse as well, told before it is asked. */
export function checkFields(fields: readonly Field[], values: FieldValues): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap(({ id, kind, isRequired }) => {
      const value = values[id] ?? '';
      const text = typeof value === 'string' ? value.trim() : '';
      if (isRequired === true && value.length === 0) return [[id, m.form.required]];
      if (kind === 'usd' && text !== '' && !USD.test(text)) return [[id, m.form.wrongUsd]];
      if (kind === 'count' && text !== '' && !COUNT.test(text)) return [[id, m.form.wrongCount]];
      return [];
    }),
  );
}

type Props = {
  readonly fields: readonly Field[];
  readonly form: UseFormReturnType<FieldValues>;
  /** Fixed fields are shown, and not asked for. */
  readonly isChange: boolean;
};

export function Fields({ fields, form, isChange }: Props) {
  return fields.map((field, index) => (
    <FieldInput
      key={field.id}
      field={field}
      form={form}
      isFirst={index === 0}
      isOff={isChange && field.isFixed === true}
    />
  ));
}

type InputProps = {
  readonly field: Field;
  readonly form: UseFormReturnType<FieldValues>;
  readonly isFirst: boolean;
  readonly isOff: boolean;
};

function FieldInput({ field, form, isFirst, isOff }: InputProps) {
  const { id, kind, label, hint, choices = {}, isRequired = false } = field;
  const common = {
    label,
    disabled: isOff,
    withAsterisk: isRequired,
    'data-autofocus': isFirst || undefined,
    ...(hint === undefined ? {} : { description: hint }),
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
      return <PasswordInput {...common} {...input} value={text} autoComplete="new-password" />;
    case 'usd':
      return <TextInput {...common} {...input} value={text} inputMode="decimal" leftSection="$" />;
    case 'count':
      return <TextInput {...common} {...input} value={text} inputMode="numeric" />;
    case 'text':
      return <TextInput {...common} {...input} value={text} maxLength={255} />;
  }
}

type ModelsProps = {
  readonly common: { readonly label: string; readonly description?: string; readonly disabled: boolean };
  readonly value: string[];
  readonly input: object;
};

/** A pattern that stands there already, and that no model is called, is kept. */
function ModelsInput({ common, value, input }: ModelsProps) {
  const { data: models = [] } = useQuery(modelsQuery);
  const names = [...new Set([...models.map(({ id }) => id), ...value])];
  return <MultiSelect {...common} {...input} value={value} data={names} searchable clearable hidePickedOptions />;
}
