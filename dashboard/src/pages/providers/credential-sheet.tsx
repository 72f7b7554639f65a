import { Alert, Group, Stack } from '@mantine/core';
import { IconPencil, IconPlugConnected, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { type CredentialRow, changeCredential, credentialsQuery, deleteCredential } from '../../api/providers.ts';
import { DoingButton } from '../../app/doing-button.tsx';
import { Facts } from '../../app/facts.tsx';
import { ChangeAndRemove } from '../../form/change-and-remove.tsx';
import { EntrySheet } from '../../form/entry-sheet.tsx';
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
  return (
    <EntrySheet
      id={name}
      rows={rows}
      idOf={({ credential_name: each }) => each}
      titleOf={({ credential_name: each }) => each}
      gone={words.gone}
      onClose={onClose}
    >
      {(row) => <Details row={row} onClose={onClose} />}
    </EntrySheet>
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
      {doing === 'test' ? <ConnectionTest credential={name} onClose={() => setDoing('nothing')} /> : null}
      <ChangeAndRemove
        doing={doing}
        name={name}
        fields={changedFields}
        row={formRow(row)}
        removal={{ verb: words.remove, title: words.removeTitle(name), hint: words.removeHint }}
        onStop={() => setDoing('nothing')}
        onChange={(typed) => edit.mutateAsync(changeBody(row, typed))}
        onRemove={async () => {
          await remove.mutateAsync(undefined);
          onClose();
        }}
      />
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
        <DoingButton icon={IconPlugConnected} onClick={() => onDo('test')}>
          {words.testShort}
        </DoingButton>
      ) : null}
      {may('credential.change') && !isManaged ? (
        <DoingButton icon={IconPencil} onClick={() => onDo('edit')}>
          {words.edit}
        </DoingButton>
      ) : null}
      {may('credential.delete') && !isManaged ? (
        <DoingButton icon={IconTrash} isDestructive onClick={() => onDo('remove')}>
          {words.remove}
        </DoingButton>
      ) : null}
    </Group>
  );
}
