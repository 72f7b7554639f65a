import { ActionIcon, Group, Stack, Text, Title } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { Body, PartyRow } from '../api/parties.ts';
import { AddButton } from '../app/add-button.tsx';
import { CopyButton } from '../app/copy-button.tsx';
import { Confirm } from '../form/confirm.tsx';
import type { Field, FieldValues } from '../form/fields.tsx';
import { FieldsForm } from '../form/fields-form.tsx';
import { useChange } from '../form/use-change.ts';
import { m } from '../messages/index.ts';
import { useMay } from '../session/session.ts';
import type { Column } from '../table/column.ts';
import { SmallTable } from '../table/small-table.tsx';
import type { Member, Membership, PartyKind } from './party-kind.ts';

const words = m.parties.members;

type Props = { readonly kind: PartyKind; readonly row: PartyRow; readonly membership: Membership };

/** Who belongs to a team or an organization, and as what. */
export function Members({ kind, row, membership }: Props) {
  const [isAdding, setAdding] = useState(false);
  const [leaving, setLeaving] = useState<Member | null>(null);
  const queryKey = ['parties', kind.page] as const;
  const mayChange = useMay()(membership.action) && row.managed_at === null;
  const add = useChange<FieldValues>({
    send: (values) => membership.add(row, memberIn(values), textOf(values['budget'])),
    touches: [queryKey],
    done: (values) => words.added(String(values['user'])),
  });
  const remove = useChange<string>({
    send: (userId) => membership.remove(row, userId),
    touches: [queryKey],
    done: (userId) => words.removed(userId),
  });
  const members = membership.of(row);
  return (
    <Stack gap="xs">
      <SmallTable
        name={words.title}
        rows={members}
        columns={columnsOf(membership)}
        rowId={({ userId }) => userId}
        heading={<Title order={2}>{words.title}</Title>}
        actions={
          mayChange ? (
            <AddButton isQuiet onClick={() => setAdding(true)}>
              {words.add}
            </AddButton>
          ) : null
        }
        doings={mayChange ? (member) => <Removal member={member} onAsk={setLeaving} /> : undefined}
      />
      {members.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      ) : null}
      <Confirm
        isOpen={leaving !== null}
        title={words.removeTitle(leaving === null ? '' : nameOf(leaving))}
        verb={words.remove}
        onClose={() => setLeaving(null)}
        onConfirm={() => remove.mutateAsync(leaving?.userId ?? '')}
      >
        {words.removeHint}
      </Confirm>
      {isAdding ? (
        <FieldsForm
          title={words.add}
          verb={words.add}
          fields={fieldsFor(membership)}
          onClose={() => setAdding(false)}
          onSend={async (values) => {
            await add.mutateAsync(values);
            setAdding(false);
          }}
        />
      ) : null}
    </Stack>
  );
}

function columnsOf({ roles }: Membership): readonly Column<Member>[] {
  return [
    {
      id: 'user',
      header: words.member,
      value: nameOf,
      cell: (member) => (
        <Group gap={4} wrap="nowrap">
          {nameOf(member)}
          <CopyButton text={member.userId} label={words.copyId(nameOf(member))} />
        </Group>
      ),
    },
    { id: 'role', header: words.role, width: 120, value: ({ role }) => (roles[role] ?? role).split(':')[0] },
  ];
}

type RemovalProps = { readonly member: Member; readonly onAsk: (member: Member) => void };

function Removal({ member, onAsk }: RemovalProps) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-label={`${words.remove}: ${nameOf(member)}`}
      onClick={() => onAsk(member)}
    >
      <IconX size={15} />
    </ActionIcon>
  );
}

const nameOf = ({ email, userId }: Member): string => email ?? userId;

function fieldsFor({ roles }: Membership): readonly Field[] {
  return [
    { id: 'user', kind: 'text', label: words.user, isRequired: true },
    { id: 'role', kind: 'choice', label: words.role, choices: roles, isRequired: true },
    { id: 'budget', kind: 'usd', label: words.budget },
  ];
}

/** An address names somebody by it; anything else is an id. */
function memberIn({ user, role }: FieldValues): Body {
  const named = String(user).trim();
  return { [named.includes('@') ? 'user_email' : 'user_id']: named, role };
}

function textOf(value: FieldValues[string] | undefined): string | null {
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : null;
}
