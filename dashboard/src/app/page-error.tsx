import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core';
import { m } from '../messages/index.ts';
import { CopyButton } from './copy-button.tsx';

/** A page of a version that is gone asks for a file that is gone with it. */
const GONE = /dynamically imported module|Importing a module script failed|error loading/i;

export function PageError({ error, reset }: { readonly error: Error; readonly reset?: () => void }) {
  if (GONE.test(error.message)) {
    return (
      <Alert title={m.frame.newVersion} m="lg">
        <Button onClick={() => location.reload()}>{m.frame.reload}</Button>
      </Alert>
    );
  }
  const report = error.stack ?? error.message;
  return (
    <Alert color="red" title={m.frame.pageFailed} m="lg" role="alert">
      <Stack gap="sm">
        <Text size="sm">{m.frame.pageFailedHint}</Text>
        <Code block>{error.message}</Code>
        <Group gap="xs">
          <Button variant="light" onClick={() => (reset ?? location.reload.bind(location))()}>
            {m.frame.tryAgain}
          </Button>
          <CopyButton text={report} />
        </Group>
      </Stack>
    </Alert>
  );
}
