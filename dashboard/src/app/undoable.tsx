import { Button, Group } from '@mantine/core';
import { m } from '../messages/index.ts';

type Props = { readonly message: string; readonly undo: () => void };

/** What was done, and the way back. */
export function Undoable({ message, undo }: Props) {
  return (
    <Group justify="space-between" gap="xs" wrap="nowrap">
      <span>{message}</span>
      <Button size="compact-sm" variant="light" onClick={undo}>
        {m.frame.undo}
      </Button>
    </Group>
  );
}
