import { ActionIcon, Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import type { Body, PartyRow } from '../api/parties.ts';
import { CopyButton } from '../app/copy-button.tsx';
import { Confirm } from '../form/confirm.tsx';
import type { Field, FieldValues } from '../form/fields.tsx';
import { FieldsForm } from '../form/fields-form.tsx';
import { useChange } from '../form/use-change.ts';
import { m } from '../messages/index.ts';
import { useMay } from '../session/session.ts';
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
      <Group justify="space-between">
        <Title order={2}>{words.title}</Title>
        {mayChange ? (
          <Button size="xs" variant="default" leftSection={<IconPlus size={15} />} onClick={() => setAdding(true)}>
            {words.add}
          </Button>
        ) : null}
      </Group>
      {members.length === 0 ? (
        <Text size="sm" c="dimmed">
          {words.none}
        </Text>
      ) : (
        <Table verticalSpacing={6}>
          <Table.Tbody>
            {members.map((member) => (
              <Table.Tr key={member.userId}>
                <Table.Td>
                  <Group gap={4} wrap="nowrap">
                    {nameOf(member)}
                    <CopyButton text={member.userId} label={words.copyId(nameOf(member))} />
                  </Group>
                </Table.Td>
                <Table.Td>{membership.roles[member.role] ?? member.role}</Table.Td>
                <Table.Td w={40}>
                  {mayChange ? (
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={`${words.remove}: ${nameOf(member)}`}
                      onClick={() => setLeaving(member)}
                    >
                      <IconX size={15} />
                    </ActionIcon>
                  ) : null}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
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
