import { Button, Group, Stack } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { fieldErrorsOf, messageOf } from '../app/failure.tsx';
import { m } from '../messages/index.ts';
import { Refusal } from './refusal.tsx';
import { SideSheet } from './side-sheet.tsx';

type Props = {
  readonly isOpen: boolean;
  readonly title: string;
  readonly verb: string;
  readonly children: ReactNode;
  readonly onClose: () => void;
  /** Checks and sends. What it throws is told, and what was typed stays. */
  readonly onSubmit: () => Promise<void>;
  /** Takes what the gateway said of single fields. */
  readonly setErrors?: (errors: Record<string, string>) => void;
};

/** A form beside the list that it adds to. */
export function FormSheet({ isOpen, title, verb, children, onClose, onSubmit, setErrors }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<string | null>(null);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      await onSubmit();
    } catch (error) {
      const named = fieldErrorsOf(error);
      // What the form itself found wrong stands, where the gateway named no field.
      if (Object.keys(named).length > 0) setErrors?.(named);
      setFailure(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <SideSheet isOpen={isOpen} title={title} onClose={onClose}>
      <form onSubmit={(event) => void submit(event)} noValidate>
        <Stack gap="md">
          {children}
          <Refusal reason={failure} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {m.frame.cancel}
            </Button>
            <Button type="submit" loading={isBusy}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </SideSheet>
  );
}
