import { Button } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { m } from '../messages/index.ts';

type Props = { readonly name: string; readonly value: string; readonly onRemove: () => void };

/** A filter that is set, and the way to take it away. */
export function FilterChip({ name, value, onRemove }: Props) {
  return (
    <Button
      size="xs"
      variant="light"
      maw={260}
      rightSection={<IconX size={13} />}
      aria-label={`${m.frame.table.without(name)}: ${value}`}
      onClick={onRemove}
    >
      {name}: {value}
    </Button>
  );
}
