import { Group } from '@mantine/core';
import { CopyButton } from './copy-button.tsx';

/** What a machine calls something, to be taken along. */
export function IdText({ id }: { readonly id: string }) {
  return (
    <Group gap={4} wrap="nowrap">
      <code>{id}</code>
      <CopyButton text={id} />
    </Group>
  );
}

/** For a list of facts: what has none is left out of it. */
export const idFact = (name: string, id: string | null) =>
  [name, id === null || id === '' ? null : <IdText key={name} id={id} />] as const;
