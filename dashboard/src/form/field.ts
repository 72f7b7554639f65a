import { decimalUsd, nanoOf } from '../format/money.ts';
import { m } from '../messages/index.ts';

/** A `password` is sent to the letter, with the spaces around it. */
export type FieldKind =
  | 'text'
  | 'long'
  | 'secret'
  | 'password'
  | 'usd'
  | 'count'
  | 'number'
  | 'choice'
  | 'models'
  | 'texts';

/** One field of a form, as data: what is asked for, and how it is written in a request. */
export type Field = {
  /** Its name in the request. */
  readonly id: string;
  readonly kind: FieldKind;
  readonly label: string;
  readonly hint?: string;
  /** What holds where nothing is typed. */
  readonly placeholder?: string;
  /** Of a `choice`: value and words; the value '' asks for nothing. */
  readonly choices?: Readonly<Record<string, string>>;
  readonly isRequired?: boolean;
  /** Said once, when the thing is made, and never changed. */
  readonly isFixed?: boolean;
  /** Left empty, a change leaves it what it is. */
  readonly keepsEmpty?: boolean;
  /** Means something only where that other field has a value. */
  readonly needs?: string;
  /** Stands beside the field before it. */
  readonly isBeside?: boolean;
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
    fields
      .filter(({ isFixed }) => isFixed !== true)
      .flatMap((field) => written(field, values).filter(([, value]) => value !== null || field.keepsEmpty !== true)),
  );
}

/** Whether what the field needs is there. */
export function isMeant({ needs }: Field, values: FieldValues): boolean {
  return needs === undefined || String(values[needs] ?? '').trim() !== '';
}

function written(field: Field, values: FieldValues): readonly (readonly [string, unknown])[] {
  const { id, kind } = field;
  if (!isMeant(field, values)) return [[id, null]];
  const value = values[id] ?? '';
  if (typeof value !== 'string') return [[id, value.length === 0 && kind === 'texts' ? null : [...value]]];
  const text = kind === 'password' ? value : value.trim();
  return [[id, text === '' ? null : kind === 'count' || kind === 'number' ? Number(text) : text]];
}

const USD = /^\d{1,10}(?:\.\d{1,9})?$/;
const NUMBER = /^\d{1,7}(?:\.\d{1,6})?$/;
const COUNT = /^[1-9]\d{0,14}$/;

/** What the gateway would refuse as well, told before it is asked. */
export function checkFields(fields: readonly Field[], values: FieldValues): Record<string, string> {
  return Object.fromEntries(
    fields.flatMap(({ id, kind, isRequired }) => {
      const value = values[id] ?? '';
      const text = typeof value === 'string' ? value.trim() : '';
      if (isRequired === true && value.length === 0) return [[id, m.form.required]];
      if (kind === 'usd' && text !== '' && !USD.test(text)) return [[id, m.form.wrongUsd]];
      if (kind === 'number' && text !== '' && !NUMBER.test(text)) return [[id, m.form.wrongNumber]];
      if (kind === 'count' && text !== '' && !COUNT.test(text)) return [[id, m.form.wrongCount]];
      return [];
    }),
  );
}
