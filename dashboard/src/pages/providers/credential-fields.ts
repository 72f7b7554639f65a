import type { CredentialRow, NewCredential } from '../../api/providers.ts';
import { type Field, type FieldValues, newBody } from '../../form/field.ts';
import { m } from '../../messages/index.ts';

const words = m.providers;

const PROVIDER: Field = {
  id: 'custom_llm_provider',
  kind: 'text',
  label: words.provider,
  hint: words.providerHint,
};
const SECRET: Field = { id: 'api_key', kind: 'secret', label: words.secret, hint: words.secretHint };
const ADDRESS: Field = { id: 'api_base', kind: 'text', label: words.address, hint: words.addressHint };

export const credentialFields: readonly Field[] = [
  { id: 'credential_name', kind: 'text', label: words.name, hint: words.nameHint, isRequired: true, isFixed: true },
  PROVIDER,
  { ...SECRET, isRequired: true },
  ADDRESS,
];

/** What is there already is not asked for again: an empty secret stays what it was. */
export const changedFields: readonly Field[] = [PROVIDER, { ...SECRET, hint: words.secretStays }, ADDRESS];

/** What a change form begins with; what is secret is never among it. */
export function formRow({ credential_values: values, credential_info: info }: CredentialRow): Record<string, unknown> {
  return { custom_llm_provider: info.custom_llm_provider, api_base: values['api_base'] };
}

export function credentialBody(values: FieldValues): NewCredential {
  const { credential_name: name, custom_llm_provider: provider, ...rest } = newBody(credentialFields, values);
  const info = provider === undefined ? {} : { custom_llm_provider: provider };
  return { credential_name: String(name), credential_values: rest, credential_info: info };
}

/** Only what differs from what was there: another address drops the secrets, the same one must not. */
export function changeBody(row: CredentialRow, values: FieldValues): Omit<NewCredential, 'credential_name'> {
  const before = formRow(row);
  const differing = (id: string): Record<string, unknown> => {
    const now = String(values[id] ?? '').trim();
    if (now === String(before[id] ?? '')) return {};
    return { [id]: now === '' ? null : now };
  };
  return {
    credential_values: { ...differing('api_base'), ...differing('api_key') },
    credential_info: differing('custom_llm_provider'),
  };
}
