import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { messageOf } from '../app/failure.tsx';
import { m } from '../messages/index.ts';
import { Refusal } from './refusal.tsx';

type Props = {
  readonly isOpen: boolean;
  readonly title: string;
  readonly children: ReactNode;
  /** What the button does, as a verb: "Revoke". */
  readonly verb: string;
  /** Must be typed first: for what cannot be taken back and reaches far. */
  readonly word?: string;
  /** It takes nothing away: a second look alone. */
  readonly isHarmless?: boolean;
  readonly onConfirm: () => Promise<unknown>;
  readonly onClose: () => void;
};

/** Asks before something is destroyed, and stays with the reason where that fails. */
export function Confirm({ isOpen, title, children, verb, word, isHarmless = false, onConfirm, onClose }: Props) {
  const [typed, setTyped] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const close = (): void => {
    setTyped('');
    setFailure(null);
    onClose();
  };
  const confirm = async (): Promise<void> => {
    setBusy(true);
    setFailure(null);
    try {
      await onConfirm();
      close();
    } catch (error) {
      setFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened={isOpen} onClose={close} title={title} centered closeButtonProps={{ 'aria-label': m.frame.close }}>
      <Stack gap="md">
        <Text size="sm" component="div">
          {children}
        </Text>
        {word === undefined ? null : (
          <TextInput
            data-autofocus
            label={m.frame.typeToConfirm(word)}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        <Refusal reason={failure} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            {m.frame.cancel}
          </Button>
          <Button
            {...(isHarmless ? {} : { color: 'red.8' })}
            loading={isBusy}
            disabled={word !== undefined && typed !== word}
            onClick={() => void confirm()}
          >
            {verb}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
