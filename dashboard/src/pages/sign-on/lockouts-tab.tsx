import { Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { endLockout, type LockoutRow, lockoutsQuery, signOnKey } from '../../api/sign-on.ts';
import { EmptyState } from '../../app/page-states.tsx';
import { StatusDot } from '../../app/status-dot.tsx';
import { useChange } from '../../form/use-change.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { RowButton } from './row-button.tsx';

const words = m.signOn;

/** Whose next attempt has to wait. */
export function LockoutsTab() {
  const { data, error, refetch } = useQuery(lockoutsQuery);
  const unlock = useChange({
    send: ({ id }: LockoutRow) => endLockout(id),
    touches: [signOnKey],
    done: (row) => words.unlocked(whoOf(row)),
  });
  const links = (row: LockoutRow) => (
    <RowButton action="lockout.delete" verb={words.unlock} of={whoOf(row)} onClick={() => unlock.mutate(row)} />
  );
  return (
    <>
      <DataTable
        name={words.tabs.lockouts}
        rows={data?.lockouts}
        columns={columns}
        rowId={({ id }) => id}
        sortedFirst="-last"
        error={error}
        retry={() => void refetch()}
        empty={<EmptyState title={words.noLockouts}>{words.noLockoutsHint}</EmptyState>}
        links={links}
      />
      {data === undefined || data.strangers === 0 ? null : (
        <Text size="sm" c="dimmed" mt="xs">
          {words.strangers(data.strangers)}
        </Text>
      )}
    </>
  );
}

const whoOf = ({ user_email: email, user_id: id }: LockoutRow): string => email ?? id ?? words.someAddress;

const columns: readonly Column<LockoutRow>[] = [
  { id: 'who', header: words.columns.who, value: whoOf },
  {
    id: 'kind',
    header: words.columns.method,
    value: ({ kind }) => (kind === 'account' ? words.account : words.networkAddress),
  },
  {
    id: 'state',
    header: words.columns.state,
    value: ({ locked_until: until }) => until ?? words.open,
    cell: ({ locked_until: until }) =>
      until === null ? (
        <StatusDot tone="quiet">{words.open}</StatusDot>
      ) : (
        <>
          <StatusDot tone="bad">{words.locked}</StatusDot> <TimeText at={until} />
        </>
      ),
  },
  { id: 'failures', header: words.columns.failures, isNumber: true, value: ({ failures }) => failures },
  {
    id: 'last',
    header: words.columns.last,
    value: (row) => row.last_attempt_at,
    cell: (row) => <TimeText at={row.last_attempt_at} ago />,
  },
];
