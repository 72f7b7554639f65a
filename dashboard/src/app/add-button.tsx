import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';

type Props = {
  /** What is made, as a verb: "Create a key". */
  readonly children: string;
  readonly onClick: () => void;
  /** Beside what it adds to, within something that is about more. */
  readonly isQuiet?: boolean;
};

/** Makes something new: the same on every page. */
export function AddButton({ children, onClick, isQuiet = false }: Props) {
  return (
    <Button
      size="xs"
      variant={isQuiet ? 'default' : 'filled'}
      leftSection={<IconPlus size={15} aria-hidden="true" />}
      onClick={onClick}
    >
      {children}
    </Button>
  );
}
