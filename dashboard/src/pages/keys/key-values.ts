import type { ChangedKey, KeyRow, NewKey } from '../../api/keys.ts';
import { decimalUsd, nanoOf } from '../../format/money.ts';
import { m } from '../../messages/index.ts';

/** A key's form, as its fields hold it. */
export type KeyValues = {
  readonly key_alias: string;
  readonly models: readonly string[];
  readonly max_budget: string;
  readonly budget_duration: string;
  readonly duration: string;
  readonly rpm_limit: string;
  readonly tpm_limit: string;
  readonly max_parallel_requests: string;
  readonly tags: readonly string[];
  /** Of a new key: where it is to stand; empty: in no team. */
  readonly team_id: string;
};

export const noValues: KeyValues = {
  key_alias: '',
  models: [],
  max_budget: '',
  budget_duration: '',
  duration: '',
  rpm_limit: '',
  tpm_limit: '',
  max_parallel_requests: '',
  tags: [],
  team_id: '',
};

export function valuesOf(key: KeyRow): KeyValues {
  return {
    key_alias: key.key_alias ?? '',
    models: key.models,
    max_budget: key.max_budget === null ? '' : decimalUsd(nanoOf(key.max_budget)),
    budget_duration: key.budget_duration ?? '',
    duration: '',
    rpm_limit: String(key.rpm_limit ?? ''),
    tpm_limit: String(key.tpm_limit ?? ''),
    max_parallel_requests: String(key.max_parallel_requests ?? ''),
    tags: key.tags,
    team_id: key.team_id ?? '',
  };
}

/** What is empty is left out of a new key. */
export function newKeyOf(values: KeyValues): NewKey {
  const body = { ...bodyOf(values), team_id: textOrNull(values.team_id) };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null)) as NewKey;
}

/** What is empty is taken away; how long the key works is left as it is unless it is said anew. */
export function changedKeyOf(token: string, values: KeyValues): ChangedKey {
  const { duration, ...body } = bodyOf(values);
  return { key: token, ...body, ...(duration === null ? {} : { duration }) };
}

function bodyOf(values: KeyValues) {
  return {
    key_alias: textOrNull(values.key_alias),
    models: [...values.models],
    max_budget: textOrNull(values.max_budget),
    budget_duration: values.max_budget === '' ? null : textOrNull(values.budget_duration),
    duration: textOrNull(values.duration),
    rpm_limit: numberOrNull(values.rpm_limit),
    tpm_limit: numberOrNull(values.tpm_limit),
    max_parallel_requests: numberOrNull(values.max_parallel_requests),
    tags: values.tags.length === 0 ? null : [...values.tags],
  };
}

const textOrNull = (text: string): string | null => (text.trim() === '' ? null : text.trim());
const numberOrNull = (text: string): number | null => (text.trim() === '' ? null : Number(text));

const USD = /^\d{1,10}(?:\.\d{1,9})?$/;
const COUNT = /^[1-9]\d{0,14}$/;

const usd = (text: string): string | null =>
  text.trim() === '' || USD.test(text.trim()) ? null : m.keys.form.wrongUsd;
const count = (text: string): string | null =>
  text.trim() === '' || COUNT.test(text.trim()) ? null : m.keys.form.wrongCount;

/** What the gateway would refuse as well, told before it is asked. */
export const checks = { max_budget: usd, rpm_limit: count, tpm_limit: count, max_parallel_requests: count };
