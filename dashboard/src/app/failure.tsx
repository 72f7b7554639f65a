import { Alert, Button, Group, Text } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import { ApiError } from '../api/client.ts';
import { m } from '../messages/index.ts';

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The field that the gateway names, with what it says of it: for a form's `setErrors`. */
export function fieldErrorsOf(error: unknown): Record<string, string> {
  return error instanceof ApiError && error.param !== null ? { [error.param]: error.message } : {};
}

/** What went wrong, in the gateway's words, in the place of what was to be shown. */
export function Failure({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  return (
    <Alert
      color="red"
      variant="light"
      icon={<IconAlertTriangle size={18} />}
      title={m.frame.wentWrong}
      role="alert"
      my="sm"
    >
      <Group justify="space-between" gap="sm">
        <Text size="sm">{messageOf(error)}</Text>
        {retry === undefined ? null : (
          <Button size="xs" variant="light" color="red" onClick={retry}>
            {m.frame.tryAgain}
          </Button>
        )}
      </Group>
    </Alert>
  );
}
