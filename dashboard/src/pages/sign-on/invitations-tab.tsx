import { Button } from '@mantine/core';
import { IconMailPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import {
  type InvitationRow,
  invitationsQuery,
  type MadeInvitation,
  revokeInvitation,
  signOnKey,
} from '../../api/sign-on.ts';
import { EmptyState } from '../../app/page-states.tsx';
import { StatusDot, type Tone } from '../../app/status-dot.tsx';
import { Confirm } from '../../form/confirm.tsx';
import { useChange } from '../../form/use-change.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import type { Column } from '../../table/column.ts';
import { DataTable } from '../../table/data-table.tsx';
import { InviteForm } from './invite-form.tsx';
import { MadeInvitationDialog } from './made-invitation.tsx';
import { RowButton } from './row-button.tsx';

const words = m.signOn;

type Doing = 'nothing' | 'invite' | InvitationRow;

/** Who may set a password by a link. */
export function InvitationsTab() {
  const { data, error, refetch } = useQuery(invitationsQuery);
  const [doing, setDoing] = useState<Doing>('nothing');
  const [made, setMade] = useState<MadeInvitation | null>(null);
  const revoke = useChange({ send: revokeInvitation, touches: [signOnKey], done: () => words.revoked });
  const stop = (): void => setDoing('nothing');
  const create = useMay()('invitation.create') ? (
    <Button size="xs" leftSection={<IconMailPlus size={15} />} onClick={() => setDoing('invite')}>
      {words.invite}
    </Button>
  ) : null;
  const links = (row: InvitationRow) => (
    <RowButton action="invitation.delete" verb={words.revoke} of={whoOf(row)} onClick={() => setDoing(row)} />
  );
  return (
    <>
      <DataTable
        name={words.tabs.invitations}
        rows={data}
        columns={columns}
        rowId={({ id }) => id}
        sortedFirst="-invited"
        error={error}
        retry={() => void refetch()}
        empty={<EmptyState title={words.noInvitations}>{words.noInvitationsHint}</EmptyState>}
        filters={create}
        links={links}
      />
      {doing === 'invite' ? (
        <InviteForm
          onClose={stop}
          onMade={(invitation) => {
            stop();
            setMade(invitation);
          }}
        />
      ) : null}
      <MadeInvitationDialog made={made} onClose={() => setMade(null)} />
      {typeof doing === 'object' ? (
        <Confirm
          isOpen
          title={words.revokeTitle(whoOf(doing))}
          verb={words.revoke}
          onClose={stop}
          onConfirm={() => revoke.mutateAsync(doing.id)}
        >
          {words.revokeHint}
        </Confirm>
      ) : null}
    </>
  );
}

const whoOf = ({ user, user_id: id }: InvitationRow): string => user?.user_email ?? id;

function stateOf({ is_accepted: isUsed, expires_at: end }: InvitationRow): readonly [Tone, string] {
  if (isUsed) return ['quiet', words.states.used];
  return Date.parse(end) <= Date.now() ? ['warn', words.states.over] : ['good', words.states.open];
}

const columns: readonly Column<InvitationRow>[] = [
  { id: 'who', header: words.columns.who, value: whoOf },
  {
    id: 'state',
    header: words.columns.state,
    value: (row) => stateOf(row)[1],
    cell: (row) => {
      const [tone, word] = stateOf(row);
      return <StatusDot tone={tone}>{word}</StatusDot>;
    },
  },
  {
    id: 'invited',
    header: words.columns.invited,
    value: (row) => row.created_at,
    cell: (row) => <TimeText at={row.created_at} ago />,
  },
  {
    id: 'until',
    header: words.columns.until,
    value: (row) => row.expires_at,
    cell: (row) => <TimeText at={row.expires_at} ago />,
  },
  { id: 'by', header: words.columns.by, value: (row) => row.created_by },
  { id: 'id', header: words.columns.id, isExtra: true, value: (row) => row.id },
];
