import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { m } from '../messages/index.ts';

export function PageLoading() {
  return (
    <Center h="40vh" role="status" aria-label={m.frame.loading}>
      <Loader size="sm" type="dots" />
    </Center>
  );
}

/** Nothing there: what it means, and what to do about it. */
export function EmptyState({
  title,
  children,
  action,
}: {
  readonly title: string;
  readonly children?: ReactNode;
  readonly action?: ReactNode;
}) {
  return (
    <Stack align="center" gap="xs" py={48} px="md">
      <Text fw={600}>{title}</Text>
      {children === undefined ? null : (
        <Text c="dimmed" size="sm" ta="center" maw={440}>
          {children}
        </Text>
      )}
      {action}
    </Stack>
  );
}

function Notice({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <Stack align="center" gap="sm" py={96} px="md">
      <Title order={1}>{title}</Title>
      {children}
      <Button component={Link} to="/" variant="light">
        {m.frame.toStart}
      </Button>
    </Stack>
  );
}

export const NotFound = () => <Notice title={m.frame.notFound} />;

export function NotAllowed({ action }: { readonly action: string | null }) {
  return (
    <Notice title={m.frame.notAllowed}>
      <Text c="dimmed">
        {m.frame.notAllowedHint} <code>{action}</code>
      </Text>
    </Notice>
  );
}
