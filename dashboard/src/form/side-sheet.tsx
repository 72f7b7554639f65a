import { Drawer } from '@mantine/core';
import type { ReactNode } from 'react';
import { m } from '../messages/index.ts';

type Props = {
  readonly isOpen: boolean;
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly size?: number;
  readonly children: ReactNode;
};

/** One thing in full beside the list that it came from; the whole width of a phone. */
export function SideSheet({ isOpen, title, onClose, size = 560, children }: Props) {
  return (
    <Drawer
      opened={isOpen}
      onClose={onClose}
      title={title}
      position="right"
      size={`min(${size}px, 100vw)`}
      overlayProps={{ backgroundOpacity: 0.25 }}
      closeButtonProps={{ 'aria-label': m.frame.close }}
    >
      {children}
    </Drawer>
  );
}
