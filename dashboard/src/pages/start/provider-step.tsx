import { Button, Group, PasswordInput, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { createModel } from '../../api/deployments.ts';
import { modelsQuery } from '../../api/models.ts';
import { createCredential, testConnection } from '../../api/providers.ts';
import { formatDuration } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import { useSending } from '../../session/use-sending.ts';
import { connectionOf, type NewProvider, secretsOf } from './new-provider.ts';

const words = m.start.provider;

/** A credential and a model of it, tested before they are kept. */
export function ProviderStep({ onDone }: { readonly onDone: () => Promise<void> }) {
  const queries = useQueryClient();
  const [well, setWell] = useState<string | null>(null);
  // A model that was refused is tried again with the credential that was made before.
  const [credential, setCredential] = useState<string | null>(null);
  const needed = (value: string): string | null => (value.trim() === '' ? words.missing : null);
  const form = useForm<NewProvider>({
    initialValues: { provider: 'openai', apiKey: '', apiBase: '', model: '' },
    validate: { apiKey: needed, model: needed },
    onValuesChange: () => {
      setWell(null);
      setCredential(null);
    },
  });
  const testing = useSending(async () => {
    setWell(null);
    const { status, result } = await testConnection(connectionOf(form.values));
    if (status === 'error') throw new Error(result.error);
    setWell(words.well(formatDuration(result.took_ms)));
  });
  const saving = useSending(async () => {
    const { provider, model } = form.values;
    const name = credential ?? `${provider}-${crypto.randomUUID().slice(0, 4)}`;
    if (credential === null) {
      await createCredential({
        credential_name: name,
        credential_info: { custom_llm_provider: provider },
        credential_values: secretsOf(form.values),
      });
    }
    setCredential(name);
    await createModel({
      model_name: model,
      litellm_params: { model: `${provider}/${model}`, litellm_credential_name: name },
    });
    await queries.invalidateQueries(modelsQuery);
    await onDone();
  });
  const failure = testing.failure ?? saving.failure;
  return (
    <form onSubmit={form.onSubmit(() => void saving.submit())} noValidate>
      <Stack gap="sm">
        <Text size="sm">{words.lead}</Text>
        <Select
          label={words.provider}
          data={Object.entries(words.providers).map(([value, label]) => ({ value, label }))}
          allowDeselect={false}
          {...form.getInputProps('provider')}
        />
        <PasswordInput
          label={words.apiKey}
          description={words.apiKeyHint}
          autoComplete="off"
          {...form.getInputProps('apiKey')}
        />
        <TextInput label={words.model} description={words.modelHint} {...form.getInputProps('model')} />
        <TextInput label={words.apiBase} description={words.apiBaseHint} {...form.getInputProps('apiBase')} />
        {failure === null ? null : (
          <Text role="alert" size="sm" c="var(--bad)">
            {failure}
          </Text>
        )}
        {well === null ? null : (
          <Text role="status" size="sm" c="var(--good)">
            {well}
          </Text>
        )}
        <Group gap="xs">
          <Button type="submit" loading={saving.isBusy}>
            {words.save}
          </Button>
          <Button
            variant="default"
            loading={testing.isBusy}
            onClick={() => {
              if (!form.validate().hasErrors) void testing.submit();
            }}
          >
            {words.test}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
