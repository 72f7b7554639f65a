import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { createKey, type MadeKey } from '../../api/keys.ts';
import { m } from '../../messages/index.ts';
import { useSession } from '../../session/session.ts';
import { useSending } from '../../session/use-sending.ts';
import { MadeKeyDialog } from '../keys/made-key.tsx';

const words = m.start.key;

/** A key, shown once with the call that it makes. */
export function KeyStep({ onDone }: { readonly onDone: () => Promise<void> }) {
  const { user } = useSession();
  const [name, setName] = useState(words.nameFirst);
  const [made, setMade] = useState<MadeKey | null>(null);
  const { failure, isBusy, submit } = useSending(async () => {
    const alias = name.trim();
    setMade(
      await createKey({
        ...(alias === '' ? {} : { key_alias: alias }),
        ...(user.user_id === null ? {} : { user_id: user.user_id }),
      }),
    );
  });
  return (
    <Stack gap="sm">
      <Text size="sm">{words.lead}</Text>
      <TextInput label={words.name} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      {failure === null ? null : (
        <Text role="alert" size="sm" c="var(--bad)">
          {failure}
        </Text>
      )}
      <Group>
        <Button loading={isBusy} onClick={() => void submit()}>
          {words.make}
        </Button>
      </Group>
      <MadeKeyDialog
        made={made}
        onClose={() => {
          setMade(null);
          void onDone();
        }}
      />
    </Stack>
  );
}
