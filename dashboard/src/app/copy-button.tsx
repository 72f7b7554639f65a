import { ActionIcon, CopyButton as Copying, Tooltip } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { m } from '../messages/index.ts';

export function CopyButton({ text, label = m.frame.copy }: { readonly text: string; readonly label?: string }) {
  return (
    <Copying value={text} timeout={1_500}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? m.frame.copied : label}>
          <ActionIcon
            variant="subtle"
            size={24}
            color={copied ? 'green' : 'gray'}
            aria-label={copied ? m.frame.copied : label}
            onClick={(event) => {
              event.stopPropagation();
              copy();
            }}
          >
            {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          </ActionIcon>
        </Tooltip>
      )}
    </Copying>
  );
}
