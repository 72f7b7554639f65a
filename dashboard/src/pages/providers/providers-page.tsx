import { Button } from '@mantine/core';
import { IconPlugConnected } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { type CredentialRow, createCredential, credentialsQuery, type NewCredential } from '../../api/providers.ts';
import { AddButton } from '../../app/add-button.tsx';
import { PageFrame } from '../../app/page-frame.tsx';
import { EmptyState } from '../../app/page-states.tsx';
import { useOpen } from '../../app/use-open.ts';
import { FieldsForm } from '../../form/fields-form.tsx';
import { useChange } from '../../form/use-change.ts';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { ConnectionTest } from './connection-test.tsx';
import { credentialBody, credentialFields } from './credential-fields.ts';
import { CredentialSheet } from './credential-sheet.tsx';
import { ProviderHealth } from './provider-health.tsx';

const words = m.providers;

export default function ProvidersPage() {
  const { data, error, refetch } = useQuery(credentialsQuery);
  const [openId, open] = useOpen('/providers');
  const [doing, setDoing] = useState<'nothing' | 'create' | 'test'>('nothing');
  const may = useMay();
  const make = useChange<NewCredential>({
    send: createCredential,
    touches: [credentialsQuery.queryKey],
    done: ({ credential_name: name }) => words.made(name),
  });
  const create = may('credential.create') ? (
    <AddButton onClick={() => setDoing('create')}>{words.create}</AddButton>
  ) : null;
  const test = may('model.create') ? (
    <Button size="xs" variant="default" leftSection={<IconPlugConnected size={15} />} onClick={() => setDoing('test')}>
      {words.test}
    </Button>
  ) : null;
  const close = () => setDoing('nothing');
  return (
    <PageFrame title={words.title} lead={words.lead} actions={[test, create]}>
      <ProviderHealth />
      <DataTable
        name={words.credentials}
        rows={data}
        columns={columns}
        rowId={({ credential_name: name }) => name}
        sortedFirst="name"
        error={error}
        retry={() => void refetch()}
        empty={
          <EmptyState title={words.empty} action={create}>
            {words.emptyHint}
          </EmptyState>
        }
        onOpen={({ credential_name: name }) => open(name)}
        openId={openId}
      />
      <CredentialSheet rows={data} name={openId} onClose={() => open(null)} />
      {doing === 'test' ? <ConnectionTest onClose={close} /> : null}
      {doing === 'create' ? (
        <FieldsForm
          title={words.create}
          verb={words.create}
          fields={credentialFields}
          onClose={close}
          onSend={async (values) => {
            await make.mutateAsync(credentialBody(values));
            close();
          }}
        />
      ) : null}
    </PageFrame>
  );
}

const textOf = (id: string) => (row: CredentialRow) => {
  const value = row.credential_values[id];
  return value === undefined || value === null ? null : String(value);
};

const columns: readonly Column<CredentialRow>[] = [
  { id: 'name', header: words.name, value: ({ credential_name: name }) => name },
  { id: 'provider', header: words.provider, value: (row) => row.credential_info.custom_llm_provider ?? null },
  { id: 'secret', header: words.secret, value: textOf('api_key') },
  { id: 'address', header: words.address, value: textOf('api_base') },
  { id: 'origin', header: words.origin, value: (row) => words.origins[row.credential_info.managed_by ?? 'api'] },
];
