import { notifications } from '@mantine/notifications';
import { createElement } from 'react';
import { m } from '../messages/index.ts';
import { messageOf } from './failure.tsx';
import { Undoable } from './undoable.tsx';

const closeButtonProps = { 'aria-label': m.frame.close };

export function tellDone(message: string): void {
  notifications.show({ message, color: 'petrol', autoClose: 4_000, closeButtonProps });
}

/** Stays long enough to be read and thought about. */
export function tellUndoable(message: string, undo: () => void): void {
  const id = notifications.show({
    message: createElement(Undoable, {
      message,
      undo: () => {
        notifications.hide(id);
        undo();
      },
    }),
    color: 'petrol',
    autoClose: 10_000,
    closeButtonProps,
  });
}

/** Stays until it is closed: whoever looked away must still learn of it. */
export function tellFailure(error: unknown): void {
  notifications.show({
    title: m.frame.wentWrong,
    message: messageOf(error),
    color: 'red',
    autoClose: false,
    closeButtonProps,
  });
}

/** Neither done as asked nor refused; it stays as well. */
export function tellNotice(title: string, message: string): void {
  notifications.show({ title, message, color: 'yellow', autoClose: false, closeButtonProps });
}
