import { Alert, Button, Group, Stack } from '@mantine/core';
import { IconBan, IconKey, IconPencil, IconTrash } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { PartyRow } from '../api/parties.ts';
import { DoingButton } from '../app/doing-button.tsx';
import { type Fact, Facts } from '../app/facts.tsx';
import { idFact } from '../app/id-text.tsx';
import { LogButton } from '../app/log-link.tsx';
import { BudgetBar } from '../budget/budget-bar.tsx';
import { ChangeAndRemove } from '../form/change-and-remove.tsx';
import { EntrySheet } from '../form/entry-sheet.tsx';
import { changedBody } from '../form/fields.tsx';
import { useChange } from '../form/use-change.ts';
import { nanoOf } from '../format/money.ts';
import { MoneyText } from '../format/money-text.tsx';
import { formatCount } from '../format/number.ts';
import { TimeText } from '../format/time-text.tsx';
import { m } from '../messages/index.ts';
import { useMay } from '../session/session.ts';
import { Members } from './members.tsx';
import { fieldsOf, type PartyKind } from './party-kind.ts';

const words = m.parties;

type Props = {
  readonly kind: PartyKind;
  readonly rows: readonly PartyRow[] | undefined;
  /** Of the one that is open; null: none. */
  readonly id: string | null;
  readonly onClose: () => void;
};

export function PartySheet({ kind, rows, id, onClose }: Props) {
  return (
    <EntrySheet
      id={id}
      rows={rows}
      idOf={(row) => row.id}
      titleOf={({ id: own, name }) => name ?? own}
      gone={words.gone}
      onClose={onClose}
    >
      {(row) => <Details kind={kind} row={row} onClose={onClose} />}
    </EntrySheet>
  );
}

type DetailsProps = { readonly kind: PartyKind; readonly row: PartyRow; readonly onClose: () => void };

function Details({ kind, row, onClose }: DetailsProps) {
  const [doing, setDoing] = useState<'nothing' | 'edit' | 'remove'>('nothing');
  const queryKey = ['parties', kind.page] as const;
  const name = row.name ?? row.id;
  const fields = fieldsOf(kind);
  const edit = useChange<Record<string, unknown>>({
    send: (body) => kind.change(row, body),
    touches: [queryKey],
    done: () => words.changed(name),
  });
  const remove = useChange({ send: () => kind.remove(row), touches: [queryKey], done: () => words.removed(name) });
  return (
    <Stack gap="lg">
      <Doings kind={kind} row={row} onEdit={() => setDoing('edit')} onRemove={() => setDoing('remove')} />
      {row.managed_at === null ? null : (
        <Alert variant="light">
          {words.managedHint} <code>{row.managed_at}</code>
        </Alert>
      )}
      <PartyFacts kind={kind} row={row} />
      {kind.members === undefined ? null : <Members kind={kind} row={row} membership={kind.members} />}
      <ChangeAndRemove
        doing={doing}
        name={name}
        fields={fields}
        row={{ ...row.raw, models: row.models }}
        removal={{ verb: words.remove, title: words.removeTitle(name), hint: words.removeHint }}
        onStop={() => setDoing('nothing')}
        onChange={(values) => edit.mutateAsync(changedBody(fields, values))}
        onRemove={async () => {
          await remove.mutateAsync(undefined);
          onClose();
        }}
      />
    </Stack>
  );
}

type DoingsProps = {
  readonly kind: PartyKind;
  readonly row: PartyRow;
  readonly onEdit: () => void;
  readonly onRemove: () => void;
};

/** What the file manages is changed there. */
function Doings({ kind, row, onEdit, onRemove }: DoingsProps) {
  const may = useMay();
  const queryKey = ['parties', kind.page] as const;
  const name = row.name ?? row.id;
  const block = useChange<boolean, readonly PartyRow[]>({
    send: async (blocked) => kind.block?.(row, blocked),
    shown: {
      queryKey,
      expect: (before, blocked) => before.map((each) => (each.id === row.id ? { ...each, blocked } : each)),
    },
    touches: [queryKey],
    done: (blocked) => (blocked ? words.blocked(name) : words.unblocked(name)),
    undo: (blocked) => !blocked,
  });
  const isOurs = row.managed_at === null;
  return (
    <Group gap="xs">
      {isOurs && may(`${kind.action}.change`) ? (
        <>
          <DoingButton icon={IconPencil} onClick={onEdit}>
            {words.edit}
          </DoingButton>
          {kind.block === undefined || !may(kind.blocking ?? `${kind.action}.change`) ? null : (
            <DoingButton icon={IconBan} onClick={() => block.mutate(!row.blocked)}>
              {row.blocked ? words.unblock : words.block}
            </DoingButton>
          )}
        </>
      ) : null}
      {isOurs && may(`${kind.action}.delete`) ? (
        <DoingButton icon={IconTrash} isDestructive onClick={onRemove}>
          {words.remove}
        </DoingButton>
      ) : null}
      {kind.keys !== undefined && may('key.list') ? (
        <Button
          component={Link}
          to="/keys"
          search={{ [kind.keys]: row.id } as never}
          size="xs"
          variant="subtle"
          leftSection={<IconKey size={15} />}
        >
          {words.keys}
        </Button>
      ) : null}
      {kind.calls === undefined ? null : <LogButton search={{ [kind.calls]: row.id }} />}
    </Group>
  );
}

function PartyFacts({ kind, row }: { readonly kind: PartyKind; readonly row: PartyRow }) {
  const { columns } = words;
  const number = (value: number | null | undefined) => (typeof value === 'number' ? formatCount(value) : null);
  const spent = nanoOf(row.spend);
  const own: readonly Fact[] = kind.columns.map(({ header, value }) => [header, String(value(row) ?? '')]);
  return (
    <Facts
      facts={[
        idFact(columns.id, row.id),
        ...own,
        [columns.spend, <MoneyText key="spend" nano={spent} />],
        typeof row.max_budget === 'number'
          ? [columns.budget, <BudgetBar key="budget" of={row} limit={row.max_budget} isTold />]
          : [columns.budget, words.noLimit],
        [columns.resets, row.budget_reset_at ? <TimeText key="resets" at={row.budget_reset_at} /> : null],
        kind.hasModels ? [columns.models, row.models.length === 0 ? words.allModels : row.models.join(', ')] : null,
        [m.form.rpm, number(row.rpm_limit)],
        [m.form.tpm, number(row.tpm_limit)],
        [m.form.parallel, number(row.max_parallel_requests)],
        [columns.created, row.created_at === null ? null : <TimeText key="created" at={row.created_at} />],
      ]}
    />
  );
}
