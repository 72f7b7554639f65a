import { Alert, Button, Group, Modal, Stack } from '@mantine/core';
import type { MadeInvitation } from '../../api/sign-on.ts';
import { CopyButton } from '../../app/copy-button.tsx';
import { Secret } from '../../app/secret.tsx';
import { m } from '../../messages/index.ts';

const words = m.signOn;

type Props = { readonly made: MadeInvitation | null; readonly onClose: () => void };

/** The one time that the link is seen: nothing but its own button closes this. */
export function MadeInvitationDialog({ made, onClose }: Props) {
  return (
    <Modal
      opened={made !== null}
      onClose={onClose}
      title={words.invitation}
      size={560}
      centered
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack gap="md">
        <Alert variant="light">{words.invitationHint}</Alert>
        {made === null ? null : (
          <Secret text={made.invitation_link}>
            <CopyButton text={made.invitation_link} label={words.copyLink} />
          </Secret>
        )}
        <Group justify="flex-end">
          <Button onClick={onClose}>{words.understood}</Button>
        </Group>
      </Stack>
    </Modal>
  );
}
