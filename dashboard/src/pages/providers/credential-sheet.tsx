import { Alert, Button, Group, Stack } from '@mantine/core';
import { IconPencil, IconPlugConnected, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { type CredentialRow, changeCredential, credentialsQuery, deleteCredential } from '../../api/providers.ts';
import { Facts } from '../../app/facts.tsx';
import { EmptyState, PageLoading } from '../../app/page-states.tsx';
import { Confirm } from '../../form/confirm.tsx';
import { FieldsForm } from '../../form/fields-form.tsx';
import { SideSheet } from '../../form/side-sheet.tsx';
import { useChange } from '../../form/use-change.ts';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { ConnectionTest } from './connection-test.tsx';
import { changeBody, changedFields, formRow } from './credential-fields.ts';

const words = m.providers;

type Props = {
  readonly rows: readonly CredentialRow[] | undefined;
  /** Of the one that is open; null: none. */
  readonly name: string | null;
  readonly onClose: () => void;
};

export function CredentialSheet({ rows, name, onClose }: Props) {
  const row = rows?.find(({ credential_name: each }) => each === name);
  return (
    <SideSheet isOpen={name !== null} title={name} onClose={onClose}>
      {rows === undefined ? <PageLoading /> : null}
      {rows !== undefined && row === undefined ? <EmptyState title={words.gone} /> : null}
      {row === undefined ? null : <Details row={row} onClose={onClose} />}
    </SideSheet>
  );
}

function Details({ row, onClose }: { readonly row: CredentialRow; readonly onClose: () => void }) {
  const [doing, setDoing] = useState<'nothing' | 'edit' | 'remove' | 'test'>('nothing');
  const { credential_name: name, credential_values: values, credential_info: info } = row;
  const touches = [credentialsQuery.queryKey];
  const [notices, setNotices] = useState<readonly string[]>([]);
  const edit = useChange<Parameters<typeof changeCredential>[1]>({
    send: async (body) => setNotices((await changeCredential(name, body)).notices ?? []),
    touches,
    done: () => words.changed(name),
  });
  const remove = useChange<undefined>({ send: () => deleteCredential(name), touches, done: () => words.removed(name) });
  return (
    <Stack gap="lg">
      <Doings isManaged={info.managed_by !== undefined} onDo={setDoing} />
      {info.managed_by === undefined ? null : (
        <Alert variant="light">
          {words.managed[info.managed_by]}
          {info.defined_at === undefined ? null : (
            <>
              {' '}
              {words.managedAt} <code>{info.defined_at}</code>.
            </>
          )}
        </Alert>
      )}
      {notices.length === 0 ? null : (
        <Alert variant="light" role="status" title={words.told}>
          {notices.map((notice) => (
            <p key={notice}>{notice}</p>
          ))}
        </Alert>
      )}
      <Facts
        facts={[
          [words.provider, info.custom_llm_provider],
          ...Object.entries(values).map(([key, value]) => [key, String(value ?? '')] as const),
          [words.origin, words.origins[info.managed_by ?? 'api']],
        ]}
      />
      {doing === 'edit' ? (
        <FieldsForm
          title={name}
          verb={m.frame.save}
          fields={changedFields}
          row={formRow(row)}
          onClose={() => setDoing('nothing')}
          onSend={async (typed) => {
            await edit.mutateAsync(changeBody(row, typed));
            setDoing('nothing');
          }}
        />
      ) : null}
      {doing === 'test' ? <ConnectionTest credential={name} onClose={() => setDoing('nothing')} /> : null}
      <Confirm
        isOpen={doing === 'remove'}
        title={words.removeTitle(name)}
        verb={words.remove}
        word={name}
        onClose={() => setDoing('nothing')}
        onConfirm={async () => {
          await remove.mutateAsync(undefined);
          onClose();
        }}
      >
        {words.removeHint}
      </Confirm>
    </Stack>
  );
}

type DoingsProps = {
  readonly isManaged: boolean;
  readonly onDo: (doing: 'edit' | 'remove' | 'test') => void;
};

function Doings({ isManaged, onDo }: DoingsProps) {
  const may = useMay();
  return (
    <Group gap="xs">
      {may('model.create') ? (
        <Button size="xs" variant="default" leftSection={<IconPlugConnected size={15} />} onClick={() => onDo('test')}>
          {words.testShort}
        </Button>
      ) : null}
      {may('credential.change') && !isManaged ? (
        <Button size="xs" variant="default" leftSection={<IconPencil size={15} />} onClick={() => onDo('edit')}>
          {words.edit}
        </Button>
      ) : null}
      {may('credential.delete') && !isManaged ? (
        <Button
          size="xs"
          variant="default"
          c="var(--bad)"
          leftSection={<IconTrash size={15} />}
          onClick={() => onDo('remove')}
        >
          {words.remove}
        </Button>
      ) : null}
    </Group>
  );
}
