import { Alert, Button, Group, Modal, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { MadeKey } from '../../api/keys.ts';
import { modelsQuery } from '../../api/models.ts';
import { CopyButton } from '../../app/copy-button.tsx';
import { Secret } from '../../app/secret.tsx';
import { CodeTabs } from '../../code/code-tabs.tsx';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';

const words = m.keys;

/** The one time that a secret is seen. Nothing but its own button closes this, lest a click beside it lose the key. */
export function MadeKeyDialog({ made, onClose }: { readonly made: MadeKey | null; readonly onClose: () => void }) {
  return (
    <Modal
      opened={made !== null}
      onClose={onClose}
      title={made?.grace_period_ends_at === undefined ? words.made : words.rotated}
      size={640}
      centered
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      {made === null ? null : <Made made={made} onClose={onClose} />}
    </Modal>
  );
}

function Made({ made, onClose }: { readonly made: MadeKey; readonly onClose: () => void }) {
  const { data: models = [] } = useQuery(modelsQuery);
  const model = made.models[0] ?? models[0]?.id ?? 'sandbox/echo';
  const until = made.grace_period_ends_at ?? null;
  return (
    <Stack gap="md">
      <Alert variant="light">{words.madeHint}</Alert>
      <Secret text={made.key}>
        <CopyButton text={made.key} label={words.copyKey} />
      </Secret>
      {until === null ? null : (
        <Text size="sm">
          {words.formerUntil} <TimeText at={until} />
        </Text>
      )}
      <div>
        <Title order={2} mb="xs">
          {words.firstCall}
        </Title>
        <CodeTabs
          call={{
            baseUrl: `${location.origin}/v1`,
            key: made.key,
            model,
            messages: [{ role: 'user', content: words.hello }],
            parameters: {},
          }}
        />
      </div>
      <Group justify="flex-end">
        <Button onClick={onClose}>{words.understood}</Button>
      </Group>
    </Stack>
  );
}
