import { Button, Popover, Stack, TextInput } from '@mantine/core';
import { IconFilter } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { filterNames } from '../../api/logs.ts';
import { useUrlState } from '../../app/url-state.ts';
import { m } from '../../messages/index.ts';
import { FilterChip } from '../../table/filter-chip.tsx';
import type { Filters } from './use-logs.ts';

const words = m.logs.filters;

/** What narrows the log: each filter that is set, with a way to take it away, and a form for the others. */
export function LogFilters({ filters }: { readonly filters: Filters }) {
  const [isOpen, setOpen] = useState(false);
  const [, change] = useUrlState();
  const set = filterNames.filter((name) => filters[name] !== undefined);
  const take = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    change(Object.fromEntries(filterNames.map((name) => [name, textOf(given.get(name))])), 'push');
    setOpen(false);
  };
  return (
    <>
      <Popover opened={isOpen} onChange={setOpen} position="bottom-start" shadow="md" trapFocus>
        <Popover.Target>
          <Button size="xs" variant="default" leftSection={<IconFilter size={14} />} onClick={() => setOpen(!isOpen)}>
            {words.open}
          </Button>
        </Popover.Target>
        <Popover.Dropdown aria-label={words.open}>
          <form onSubmit={take}>
            <Stack gap="xs" w={240}>
              {filterNames.map((name) => (
                <TextInput
                  key={name}
                  size="xs"
                  name={name}
                  label={words.names[name]}
                  defaultValue={filters[name] ?? ''}
                  {...(name === 'status' ? { placeholder: words.statusHint } : {})}
                />
              ))}
              <Button size="xs" type="submit">
                {words.apply}
              </Button>
            </Stack>
          </form>
        </Popover.Dropdown>
      </Popover>
      {set.map((name) => (
        <FilterChip
          key={name}
          name={words.names[name]}
          value={filters[name] ?? ''}
          onRemove={() => change({ [name]: null }, 'push')}
        />
      ))}
    </>
  );
}

function textOf(value: FormDataEntryValue | null): string | null {
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? null : text;
}
