import { Button, Popover, Stack, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { useUrlState } from '../app/url-state.ts';
import { m } from '../messages/index.ts';
import { FilterChip } from './filter-chip.tsx';

/** A parameter of the address by which rows are narrowed. */
export type UrlFilter = { readonly name: string; readonly label: string; readonly hint?: string };

type Props = {
  readonly filters: readonly UrlFilter[];
  /** What the address says of each. */
  readonly values: Readonly<Record<string, string | undefined>>;
};

/** What narrows a list: each filter that is set, with a way to take it away, and a form for the others. */
export function UrlFilters({ filters, values }: Props) {
  const [isOpen, setOpen] = useState(false);
  const [, change] = useUrlState();
  const take = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    change(Object.fromEntries(filters.map(({ name }) => [name, textOf(given.get(name))])), 'push');
    setOpen(false);
  };
  return (
    <>
      <Popover opened={isOpen} onChange={setOpen} position="bottom-start" shadow="md" trapFocus>
        <Popover.Target>
          <Button size="xs" variant="default" leftSection={<IconFilter size={14} />} onClick={() => setOpen(!isOpen)}>
            {m.frame.table.filter}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={m.frame.table.filter}>
          <form onSubmit={take}>
            <Stack gap="xs" w={240}>
              {filters.map(({ name, label, hint }) => (
                <TextInput
                  key={name}
                  size="xs"
                  name={name}
                  label={label}
                  defaultValue={values[name] ?? ''}
                  {...(hint === undefined ? {} : { placeholder: hint })}
                />
              ))}
              <Button size="xs" type="submit">
                {m.frame.table.apply}
              </Button>
            </Stack>
          </form>
        </Popover.Dropdown>
      </Popover>
      {filters.map(({ name, label }) => {
        const value = values[name];
        if (value === undefined) return null;
        return <FilterChip key={name} name={label} value={value} onRemove={() => change({ [name]: null }, 'push')} />;
      })}
    </>
  );
}

function textOf(value: FormDataEntryValue | null): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? null : text;
}
