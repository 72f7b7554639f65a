import { ActionIcon, Anchor, Button, Tooltip } from '@mantine/core';
import { IconListDetails } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { FilterName } from '../api/logs.ts';
import { m } from '../messages/index.ts';
import { useMay } from '../session/session.ts';

/** What the log is narrowed to, as its address has it. */
export type LogSearch = Readonly<Partial<Record<FilterName | 'range' | 'from' | 'to', string | null>>>;

/** Of what is not looked at by time. */
const USUAL: LogSearch = { range: '30d' };

const linkTo = (search: LogSearch) => ({ component: Link, to: '/logs', search: { ...USUAL, ...search } as never });

/** To the calls of what the text names; the text alone where the log may not be seen. */
export function LogAnchor({ search, children }: { readonly search: LogSearch; readonly children: ReactNode }) {
  if (!useMay()('spend.read')) return children;
  return (
    <Anchor size="sm" inherit {...linkTo(search)}>
      {children}
    </Anchor>
  );
}

/** Beside what else may be done with something that is open. */
export function LogButton({ search }: { readonly search: LogSearch }) {
  if (!useMay()('spend.read')) return null;
  return (
    <Button size="xs" variant="subtle" leftSection={<IconListDetails size={15} />} {...linkTo(search)}>
      {m.logs.calls}
    </Button>
  );
}

/** At the end of a row. */
export function LogIcon({ search, name }: { readonly search: LogSearch; readonly name: string }) {
  if (!useMay()('spend.read')) return null;
  const label = m.logs.callsOf(name);
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={26}
        aria-label={label}
        onClick={(event: React.MouseEvent) => event.stopPropagation()}
        {...linkTo(search)}
      >
        <IconListDetails size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
