import { Button } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';

type Props = {
  readonly icon: Icon;
  /** What it does with the thing that is open, as a verb. */
  readonly children: string;
  readonly onClick: () => void;
  readonly isDestructive?: boolean;
};

/** One of what can be done with something that is open, above what is known of it. */
export function DoingButton({ icon: Icon, children, onClick, isDestructive = false }: Props) {
  return (
    <Button
      size="xs"
      variant="default"
      leftSection={<Icon size={15} aria-hidden="true" />}
      {...(isDestructive ? { c: 'var(--bad)' } : {})}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}
