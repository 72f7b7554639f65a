import { Alert } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { credentialsQuery, testConnection } from '../../api/providers.ts';
import { type Field, type FieldValues, newBody } from '../../form/field.ts';
import { FieldsForm } from '../../form/fields-form.tsx';
import { formatDuration } from '../../format/number.ts';
import { m } from '../../messages/index.ts';

const words = m.providers;

type Props = {
  /** That is chosen at first; empty: none. */
  readonly credential?: string;
  readonly onClose: () => void;
};

/** Asks an upstream for one token; what it answers stands in the form, well or not. */
export function ConnectionTest({ credential = '', onClose }: Props) {
  const { data: credentials = [] } = useQuery(credentialsQuery);
  const [answered, setAnswered] = useState<string | null>(null);
  const names = Object.fromEntries(credentials.map(({ credential_name: name }) => [name, name]));
  const fields = fieldsWith({ '': words.noCredential, ...names });
  const send = async (values: FieldValues): Promise<void> => {
    setAnswered(null);
    const { status, result } = await testConnection(newBody(fields, values));
    if (status === 'error') throw new Error(words.failed(result.error ?? '', result.upstream_status));
    setAnswered(words.answered(formatDuration(result.took_ms)));
  };
  return (
    <FieldsForm
      title={words.test}
      verb={words.send}
      fields={fields}
      row={{ litellm_credential_name: credential }}
      outcome={
        answered === null ? null : (
          <Alert role="status" variant="light" icon={<IconCircleCheck size={18} />} title={answered}>
            {words.answeredHint}
          </Alert>
        )
      }
      onClose={onClose}
      onSend={send}
    />
  );
}

const fieldsWith = (choices: Readonly<Record<string, string>>): readonly Field[] => [
  { id: 'model', kind: 'text', label: words.model, hint: words.modelHint, isRequired: true },
  { id: 'litellm_credential_name', kind: 'choice', label: words.credential, choices },
  { id: 'api_key', kind: 'secret', label: words.secret, hint: words.instead },
  { id: 'api_base', kind: 'text', label: words.address, hint: words.addressHint },
];
