import { Button, Group, Text } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState } from 'react';
import { deleteFallback, type Fallback, routerQuery } from '../../api/routing.ts';
import { EmptyState } from '../../app/page-states.tsx';
import { Panel } from '../../app/panel.tsx';
import { Confirm } from '../../form/confirm.tsx';
import { useChange } from '../../form/use-change.ts';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { FallbackForm } from './fallback-form.tsx';
import { FallbackGraph } from './fallback-graph.tsx';
import classes from './fallbacks-panel.module.css';

const words = m.routing.fallbacks;

type Doing = { readonly what: 'add' | 'edit' | 'remove'; readonly fallback?: Fallback };

/** Who is tried after whom: drawn, and as a list that is read and worked with the keyboard. */
export function FallbacksPanel({ fallbacks }: { readonly fallbacks: readonly Fallback[] }) {
  const [doing, setDoing] = useState<Doing | null>(null);
  const [lit, setLit] = useState<string | null>(null);
  const mayChange = useMay()('model.change');
  const stop = (): void => setDoing(null);
  const remove = useChange<Fallback>({
    send: deleteFallback,
    touches: [routerQuery.queryKey],
    done: ({ model }) => words.removed(model),
  });
  const add = mayChange ? (
    <Button size="xs" variant="default" leftSection={<IconPlus size={15} />} onClick={() => setDoing({ what: 'add' })}>
      {words.add}
    </Button>
  ) : null;
  return (
    <Panel title={words.title} aside={fallbacks.length === 0 ? null : add}>
      {fallbacks.length === 0 ? (
        <EmptyState title={words.empty} action={add}>
          {words.emptyHint}
        </EmptyState>
      ) : (
        <div className={classes['beside']}>
          <FallbackGraph fallbacks={fallbacks} lit={lit} />
          <ul className={classes['list']} aria-label={words.title}>
            {fallbacks.map((fallback) => (
              <li
                key={`${fallback.type} ${fallback.model}`}
                onMouseEnter={() => setLit(fallback.model)}
                onMouseLeave={() => setLit(null)}
                onFocus={() => setLit(fallback.model)}
                onBlur={() => setLit(null)}
              >
                <Row fallback={fallback} onDo={mayChange ? (what) => setDoing({ what, fallback }) : null} />
              </li>
            ))}
          </ul>
        </div>
      )}
      {doing?.what === 'add' || doing?.what === 'edit' ? (
        <FallbackForm {...(doing.fallback === undefined ? {} : { fallback: doing.fallback })} onClose={stop} />
      ) : null}
      <Confirm
        isOpen={doing?.what === 'remove'}
        title={words.removeTitle(doing?.fallback?.model ?? '')}
        verb={words.remove}
        onClose={stop}
        onConfirm={async () => {
          if (doing?.fallback !== undefined) await remove.mutateAsync(doing.fallback);
        }}
      >
        {words.removeHint}
      </Confirm>
    </Panel>
  );
}

type RowProps = { readonly fallback: Fallback; readonly onDo: ((what: 'edit' | 'remove') => void) | null };

function Row({ fallback, onDo }: RowProps) {
  const { model, type, targets } = fallback;
  const common = { size: 'compact-xs', variant: 'default' } as const;
  return (
    <>
      <Group justify="space-between" gap="xs" wrap="nowrap" align="flex-start">
        <span>
          <strong>{model}</strong>{' '}
          <Text component="span" size="xs" c="dimmed">
            {words.types[type]}
          </Text>
        </span>
        {onDo === null ? null : (
          <Group gap={4} wrap="nowrap">
            <Button {...common} aria-label={words.editOf(model)} onClick={() => onDo('edit')}>
              {words.edit}
            </Button>
            <Button {...common} aria-label={words.removeOf(model)} onClick={() => onDo('remove')}>
              {words.remove}
            </Button>
          </Group>
        )}
      </Group>
      <ol>
        {targets.map((target) => (
          <li key={target}>{target}</li>
        ))}
      </ol>
    </>
  );
}
