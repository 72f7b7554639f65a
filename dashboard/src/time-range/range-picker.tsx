import { Button, Divider, Popover, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { IconCalendar, IconChevronDown } from '@tabler/icons-react';
import { useState } from 'react';
import { formatLocal } from '../format/time.ts';
import { m } from '../messages/index.ts';
import classes from './range-picker.module.css';
import { rangeNames, type TimeRange } from './time-range.ts';

type Props = { readonly range: TimeRange; readonly onChange: (range: TimeRange) => void };

/** A name that moves with the clock, or two ends of one's own, in local time. */
export function RangePicker({ range, onChange }: Props) {
  const [isOpen, setOpen] = useState(false);
  const take = (next: TimeRange): void => {
    onChange(next);
    setOpen(false);
  };
  return (
    <Popover opened={isOpen} onChange={setOpen} position="bottom-end" shadow="md" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconCalendar size={15} />}
          rightSection={<IconChevronDown size={14} />}
          aria-label={`${m.frame.range.label}: ${labelOf(range)}`}
          onClick={() => setOpen(!isOpen)}
        >
          {labelOf(range)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown p="xs" aria-label={m.frame.range.label}>
        <Stack gap={2}>
          {rangeNames.map((name) => (
            <UnstyledButton
              key={name}
              className={classes['name']}
              data-active={(range.kind === 'named' && range.name === name) || undefined}
              onClick={() => take({ kind: 'named', name })}
            >
              {m.frame.range.names[name]}
            </UnstyledButton>
          ))}
          <Divider my={4} />
          <Custom range={range} onTake={take} />
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function labelOf(range: TimeRange): string {
  if (range.kind === 'named') return m.frame.range.names[range.name];
  return `${formatLocal(range.fromMs).slice(0, -3)} – ${formatLocal(range.toMs).slice(0, -3)}`;
}

function Custom({ range, onTake }: { readonly range: TimeRange; readonly onTake: (range: TimeRange) => void }) {
  const [from, setFrom] = useState(range.kind === 'fixed' ? inputOf(range.fromMs) : '');
  const [to, setTo] = useState(range.kind === 'fixed' ? inputOf(range.toMs) : '');
  // A date and time without a zone are read as the person's own.
  const [fromMs, toMs] = [Date.parse(from), Date.parse(to)];
  const isWrong = from !== '' && to !== '' && !(fromMs < toMs);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (fromMs < toMs) onTake({ kind: 'fixed', fromMs, toMs });
      }}
    >
      <Stack gap={8} px={8} pb={8} pt={4}>
        <Text size="xs" fw={600}>
          {m.frame.range.custom}
        </Text>
        <TextInput
          size="xs"
          type="datetime-local"
          label={m.frame.range.from}
          value={from}
          onChange={(event) => setFrom(event.currentTarget.value)}
        />
        <TextInput
          size="xs"
          type="datetime-local"
          label={m.frame.range.to}
          value={to}
          onChange={(event) => setTo(event.currentTarget.value)}
          error={isWrong ? m.frame.range.wrong : null}
        />
        <Button size="xs" type="submit" disabled={!(fromMs < toMs)}>
          {m.frame.range.apply}
        </Button>
      </Stack>
    </form>
  );
}

/** As `datetime-local` wants it: local, to the minute. */
function inputOf(ms: number): string {
  const date = new Date(ms);
  return new Date(ms - date.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}
