import { Group } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { endSessions, type SessionRow, sessionsQuery, signOnKey } from '../../api/sign-on.ts';
import { EmptyState } from '../../app/page-states.tsx';
import { Confirm } from '../../form/confirm.tsx';
import { useChange } from '../../form/use-change.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import { standingQuery } from '../../session/session.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { RowButton } from './row-button.tsx';

const words = m.signOn;

type Ending = { readonly session: SessionRow; readonly all: boolean };

/** Who is signed in, and the end of it: of one session, or of all that a user has. */
export function SessionsTab() {
  const { data, error, refetch } = useQuery(sessionsQuery);
  const [ending, setEnding] = useState<Ending | null>(null);
  const links = (session: SessionRow) => (
    <Group gap={4} wrap="nowrap">
      <RowButton
        action="session.delete"
        verb={words.end}
        of={`${whoOf(session)}, ${session.id}`}
        onClick={() => setEnding({ session, all: false })}
      />
      {session.user_id === null ? null : (
        <RowButton
          action="session.delete"
          verb={words.endAll}
          of={session.user_id}
          onClick={() => setEnding({ session, all: true })}
        />
      )}
    </Group>
  );
  return (
    <>
      <DataTable
        name={words.tabs.sessions}
        rows={data}
        columns={columns}
        rowId={({ id }) => id}
        sortedFirst="-seen"
        error={error}
        retry={() => void refetch()}
        empty={<EmptyState title={words.noSessions}>{words.noSessionsHint}</EmptyState>}
        links={links}
      />
      <EndDialog ending={ending} onClose={() => setEnding(null)} />
    </>
  );
}

function EndDialog({ ending, onClose }: { readonly ending: Ending | null; readonly onClose: () => void }) {
  const end = useChange({
    send: async ({ session, all }: Ending) => {
      const { user_id: userId, id } = session;
      return endSessions(all && userId !== null ? { user_id: userId } : { session_id: id });
    },
    // Who ended the session that is used here has to sign in again.
    touches: [signOnKey, standingQuery.queryKey],
    done: ({ all }) => (all ? words.endedAll : words.ended),
  });
  if (ending === null) return null;
  const who = whoOf(ending.session);
  const hint = ending.session.current ? words.endOwnHint : ending.all ? words.endAllHint : words.endHint;
  return (
    <Confirm
      isOpen
      title={ending.all ? words.endAllTitle(who) : words.endTitle(who)}
      verb={words.end}
      onClose={onClose}
      onConfirm={() => end.mutateAsync(ending)}
    >
      {hint}
    </Confirm>
  );
}

const whoOf = ({ user_id }: SessionRow): string => user_id ?? words.masterKey;

const time = (id: 'last_seen_at' | 'created_at' | 'expires_at', name: string, header: string): Column<SessionRow> => ({
  id: name,
  header,
  value: (row) => row[id],
  cell: (row) => <TimeText at={row[id]} ago />,
});

const columns: readonly Column<SessionRow>[] = [
  {
    id: 'who',
    header: words.columns.who,
    value: whoOf,
    cell: (row) => (row.current ? `${whoOf(row)} · ${words.here}` : whoOf(row)),
  },
  {
    id: 'method',
    header: words.columns.method,
    value: ({ method, issuer }) => (issuer === null ? words.methods[method] : issuer),
  },
  time('last_seen_at', 'seen', words.columns.seen),
  time('created_at', 'since', words.columns.since),
  time('expires_at', 'until', words.columns.until),
  { id: 'address', header: words.columns.address, value: ({ address }) => address },
  { id: 'agent', header: words.columns.agent, isExtra: true, value: ({ agent }) => agent },
  { id: 'id', header: words.columns.id, isExtra: true, value: ({ id }) => id },
];
