import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import { endOverlay, type Overlay, overlaysQuery } from '../../api/deployments.ts';
import { healthQuery } from '../../api/health.ts';
import { Confirm } from '../../form/confirm.tsx';
import { useChange } from '../../form/use-change.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import classes from './laid-overlays.module.css';

const words = m.models.overlay;

/** What is otherwise there for a while: what, why, whose doing it is, until when, and a way to end it. */
export function LaidOverlays({ overlays }: { readonly overlays: readonly Overlay[] }) {
  const may = useMay();
  const [ending, setEnding] = useState<Overlay | null>(null);
  const end = useChange<Overlay>({
    send: ({ overlay_id: id }) => endOverlay(id),
    touches: [overlaysQuery.queryKey, healthQuery.queryKey],
    done: () => words.ended,
  });
  if (overlays.length === 0) return null;
  return (
    <>
      <ul className={classes['overlays']}>
        {overlays.map((overlay) => (
          <li key={overlay.overlay_id}>
            <Group justify="space-between" gap="xs" wrap="nowrap">
              <Text size="xs" component="span">
                <strong>{settingOf(overlay)}</strong> {words.on(overlay.kind, overlay.id)} {words.until}{' '}
                <TimeText at={overlay.expires_at} />: {overlay.reason} ({overlay.by})
              </Text>
              {may('overlay.change') ? (
                <Button
                  size="compact-xs"
                  variant="default"
                  onClick={() => setEnding(overlay)}
                  aria-label={words.endOf(settingOf(overlay))}
                >
                  {words.end}
                </Button>
              ) : null}
            </Group>
          </li>
        ))}
      </ul>
      <Confirm
        isOpen={ending !== null}
        title={ending === null ? '' : words.endOf(settingOf(ending))}
        verb={words.end}
        onClose={() => setEnding(null)}
        onConfirm={async () => ending !== null && end.mutateAsync(ending)}
      >
        {words.endHint}
      </Confirm>
    </>
  );
}

function settingOf({ set, weight, limits = {} }: Overlay): string {
  if (set === 'weight') return words.weighed(weight ?? 0);
  if (set === 'limit')
    return words.limited(
      Object.entries(limits)
        .map(([name, limit]) => `${name} ${limit}`)
        .join(', '),
    );
  return set === 'budget' ? words.raised : words.sets[set];
}
