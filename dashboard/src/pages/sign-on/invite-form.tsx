import { Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { invitableQuery, invite, type MadeInvitation, signOnKey } from '../../api/sign-on.ts';
import { FormSheet } from '../../form/form-sheet.tsx';
import { m } from '../../messages/index.ts';

const words = m.signOn;
const SEARCH_AFTER_MS = 200;

type Props = { readonly onClose: () => void; readonly onMade: (made: MadeInvitation) => void };

/** Asks for whom the link is; users are looked for as they are typed. */
export function InviteForm({ onClose, onMade }: Props) {
  const [userId, setUserId] = useState<string | null>(null);
  const [text, setText] = useState('');
  const [error, setError] = useState<string | null>(null);
  const [settled] = useDebouncedValue(text, SEARCH_AFTER_MS);
  const queries = useQueryClient();
  const { data: users = [] } = useQuery({ ...invitableQuery(settled), placeholderData: keepPreviousData });
  const submit = async (): Promise<void> => {
    if (userId === null) {
      setError(m.form.required);
      throw new Error(m.frame.mendFields);
    }
    onMade(await invite(userId));
    await queries.invalidateQueries({ queryKey: signOnKey });
  };
  return (
    <FormSheet isOpen title={words.invite} verb={words.inviteVerb} onClose={onClose} onSubmit={submit}>
      <Select
        data-autofocus
        withAsterisk
        searchable
        label={words.user}
        description={words.userHint}
        error={error}
        data={users.map(({ user_id: value, user_email: email, user_alias: alias }) => ({
          value,
          label: alias === null ? email : `${alias} (${email})`,
        }))}
        value={userId}
        searchValue={text}
        onSearchChange={setText}
        onChange={(value) => {
          setUserId(value);
          setError(null);
        }}
      />
    </FormSheet>
  );
}
