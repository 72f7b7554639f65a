import { Group, Select, Stack, Text } from '@mantine/core';
import { IconBan, IconPencil, IconRefresh, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  blockKey,
  changeKey,
  type KeyRow,
  keysKey,
  type MadeKey,
  readKey,
  revokeKey,
  rotateKey,
} from '../../api/keys.ts';
import { DoingButton } from '../../app/doing-button.tsx';
import { Facts } from '../../app/facts.tsx';
import { Failure } from '../../app/failure.tsx';
import { idFact } from '../../app/id-text.tsx';
import { LogButton } from '../../app/log-link.tsx';
import { PageLoading } from '../../app/page-states.tsx';
import { StatusDot } from '../../app/status-dot.tsx';
import { BudgetBar } from '../../budget/budget-bar.tsx';
import { ChangeAndRemove } from '../../form/change-and-remove.tsx';
import { Confirm } from '../../form/confirm.tsx';
import { SideSheet } from '../../form/side-sheet.tsx';
import { useChange } from '../../form/use-change.ts';
import { nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { formatCount } from '../../format/number.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { changedKeyFields, changedKeyOf } from './key-fields.ts';
import { nameOf, stateOf } from './key-state.ts';

const words = m.keys;

type Props = {
  /** The id of the key that is open; null: none. */
  readonly id: string | null;
  readonly onClose: () => void;
  readonly onMade: (made: MadeKey) => void;
};

export function KeySheet({ id, onClose, onMade }: Props) {
  const { data, error, refetch } = useQuery({
    queryKey: [...keysKey, 'one', id],
    queryFn: ({ signal }) => readKey(id ?? '', signal),
    enabled: id !== null,
  });
  return (
    <SideSheet isOpen={id !== null} title={data === undefined ? id : nameOf(data)} onClose={onClose}>
      {error === null ? null : <Failure error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <PageLoading /> : null}
      {data === undefined ? null : <KeyDetails keyRow={data} onClose={onClose} onMade={onMade} />}
    </SideSheet>
  );
}

type Doing = 'nothing' | 'edit' | 'rotate' | 'remove';

function KeyDetails({ keyRow: row, onClose, onMade }: Omit<Props, 'id'> & { readonly keyRow: KeyRow }) {
  const [doing, setDoing] = useState<Doing>('nothing');
  const may = useMay();
  const name = nameOf(row);
  const stop = (): void => setDoing('nothing');
  const shown = [...keysKey, 'one', row.token_id];
  const block = useChange<boolean, KeyRow>({
    send: (blocked) => blockKey(row.token, blocked),
    shown: { queryKey: shown, expect: (before, blocked) => ({ ...before, blocked }) },
    touches: [keysKey],
    done: (blocked) => (blocked ? words.blocked(name) : words.unblocked(name)),
    undo: (blocked) => !blocked,
  });
  const edit = useChange({ send: changeKey, touches: [keysKey], done: () => words.changed(name) });
  const revoke = useChange({ send: revokeKey, touches: [keysKey], done: () => words.revoked(name) });
  const [tone, word] = stateOf(row, Date.now());
  return (
    <Stack gap="lg">
      <Group justify="space-between">
        <StatusDot tone={tone}>{word}</StatusDot>
        <Group gap="xs">
          {may('key.change') ? (
            <>
              <DoingButton icon={IconPencil} onClick={() => setDoing('edit')}>
                {words.edit}
              </DoingButton>
              <DoingButton icon={IconRefresh} onClick={() => setDoing('rotate')}>
                {words.rotate}
              </DoingButton>
            </>
          ) : null}
          {may('key.block') ? (
            <DoingButton icon={IconBan} onClick={() => block.mutate(!row.blocked)}>
              {row.blocked ? words.unblock : words.block}
            </DoingButton>
          ) : null}
          {may('key.delete') ? (
            <DoingButton icon={IconTrash} isDestructive onClick={() => setDoing('remove')}>
              {words.revoke}
            </DoingButton>
          ) : null}
          <LogButton search={{ key: row.token_id }} />
        </Group>
      </Group>
      <KeyFacts row={row} />
      <RotateDialog isOpen={doing === 'rotate'} row={row} onClose={stop} onMade={onMade} />
      <ChangeAndRemove
        doing={doing}
        name={name}
        fields={changedKeyFields}
        row={row}
        removal={{ verb: words.revoke, title: words.revokeTitle(name), hint: words.revokeHint }}
        onStop={stop}
        onChange={(values) => edit.mutateAsync(changedKeyOf(row, values))}
        onRemove={async () => {
          await revoke.mutateAsync(row.token);
          onClose();
        }}
      />
    </Stack>
  );
}

function RotateDialog({
  isOpen,
  row,
  onClose,
  onMade,
}: Omit<Props, 'id'> & { readonly isOpen: boolean; readonly row: KeyRow }) {
  const [grace, setGrace] = useState('24h');
  const rotate = useChange({
    send: async () => onMade(await rotateKey({ key: row.token, ...(grace === '' ? {} : { grace_period: grace }) })),
    touches: [keysKey],
    done: () => words.rotated,
  });
  return (
    <Confirm
      isOpen={isOpen}
      title={words.rotate}
      verb={words.rotate}
      onClose={onClose}
      onConfirm={() => rotate.mutateAsync(undefined)}
    >
      <Stack gap="sm">
        <Text size="sm">{words.rotateHint}</Text>
        <Select
          label={words.grace}
          data={Object.entries(words.graces).map(([value, label]) => ({ value, label }))}
          allowDeselect={false}
          value={grace}
          onChange={(value) => setGrace(value ?? '')}
        />
      </Stack>
    </Confirm>
  );
}

function KeyFacts({ row }: { readonly row: KeyRow }) {
  const { columns } = words;
  const number = (value: number | null): string | null => (value === null ? null : formatCount(value));
  const spent = nanoOf(row.spend);
  return (
    <Facts
      facts={[
        [columns.key, <code key="name">{row.key_name}</code>],
        idFact(columns.id, row.token_id),
        [columns.spend, <MoneyText key="spend" nano={spent} />],
        row.max_budget === null
          ? [columns.budget, words.noLimit]
          : [columns.budget, <BudgetBar key="budget" of={row} limit={row.max_budget} isTold />],
        row.budget_reset_at === null ? null : [columns.resets, <TimeText key="resets" at={row.budget_reset_at} />],
        [columns.models, row.models.length === 0 ? words.allModels : row.models.join(', ')],
        [columns.rpm, number(row.rpm_limit)],
        [columns.tpm, number(row.tpm_limit)],
        [columns.parallel, number(row.max_parallel_requests)],
        idFact(columns.team, row.team_id),
        idFact(columns.user, row.user_id),
        [columns.tags, row.tags.join(', ')],
        [columns.created, <TimeText key="created" at={row.created_at} />],
        [columns.createdBy, row.created_by],
        row.expires === null ? null : [columns.expires, <TimeText key="expires" at={row.expires} />],
        row.last_rotation_at === null ? null : [columns.rotated, <TimeText key="rotated" at={row.last_rotation_at} />],
      ]}
    />
  );
}
