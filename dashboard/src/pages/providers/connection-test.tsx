import { useQuery } from '@tanstack/react-query';
import { credentialsQuery, testConnection } from '../../api/providers.ts';
import { tellDone } from '../../app/toast.ts';
import { type Field, type FieldValues, newBody } from '../../form/fields.tsx';
import { FieldsForm } from '../../form/fields-form.tsx';
import { formatDuration } from '../../format/number.ts';
import { m } from '../../messages/index.ts';

const words = m.providers;

/** Asks an upstream for one token; what it answers instead stands in the form. */
export function ConnectionTest({ onClose }: { readonly onClose: () => void }) {
  const { data: credentials = [] } = useQuery(credentialsQuery);
  const names = Object.fromEntries(credentials.map(({ credential_name: name }) => [name, name]));
  const fields = fieldsWith({ '': words.noCredential, ...names });
  const send = async (values: FieldValues): Promise<void> => {
    const { status, result } = await testConnection(newBody(fields, values));
    if (status === 'error') throw new Error(words.failed(result.error ?? '', result.upstream_status));
    tellDone(words.answered(formatDuration(result.took_ms)));
    onClose();
  };
  return <FieldsForm title={words.test} verb={words.send} fields={fields} onClose={onClose} onSend={send} />;
}

const fieldsWith = (choices: Readonly<Record<string, string>>): readonly Field[] => [
  { id: 'model', kind: 'text', label: words.model, hint: words.modelHint, isRequired: true },
  { id: 'litellm_credential_name', kind: 'choice', label: words.credential, choices },
  { id: 'api_key', kind: 'secret', label: words.secret, hint: words.instead },
  { id: 'api_base', kind: 'text', label: words.address, hint: words.addressHint },
];
