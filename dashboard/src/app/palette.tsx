import { useMantineColorScheme } from '@mantine/core';
import { createSpotlight, Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { IconMoon, IconSearch } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useEffect } from 'react';
import { m } from '../messages/index.ts';
import { pages } from '../pages/index.ts';
import { useMay } from '../session/session.ts';

const [store, spotlight] = createSpotlight();

/** Everything that can be gone to or done, by its name. */
export default function Palette({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const navigate = useNavigate();
  const may = useMay();
  const { setColorScheme } = useMantineColorScheme();
  useEffect(() => {
    if (isOpen) spotlight.open();
  }, [isOpen]);
  const toPages: SpotlightActionData[] = pages
    .filter(({ action }) => may(action))
    .map(({ path, title, letter, icon: Icon }) => ({
      id: path,
      label: title(m),
      description: `g ${letter}`,
      leftSection: <Icon size={18} stroke={1.6} />,
      onClick: () => void navigate({ to: path }),
    }));
  const schemes = (['light', 'dark', 'auto'] as const).map((scheme) => ({
    id: scheme,
    label: `${m.frame.scheme.label}: ${m.frame.scheme[scheme]}`,
    leftSection: <IconMoon size={18} stroke={1.6} />,
    onClick: () => setColorScheme(scheme),
  }));
  return (
    <Spotlight
      store={store}
      actions={[...toPages, ...schemes]}
      shortcut={null}
      nothingFound={m.frame.nothingFound}
      highlightQuery
      onSpotlightClose={onClose}
      searchProps={{
        leftSection: <IconSearch size={18} />,
        placeholder: m.frame.commandsPlaceholder,
        'aria-label': m.frame.commandsPlaceholder,
      }}
    />
  );
}
