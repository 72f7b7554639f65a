import { Text } from '@mantine/core';

/** Why what was sent was refused, below what was typed; null: it was not. */
export function Refusal({ reason }: { readonly reason: string | null }) {
  if (reason === null) return null;
  return (
    <Text role="alert" size="sm" c="var(--bad)">
      {reason}
    </Text>
  );
}
