import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import '@mantine/spotlight/styles.css';
import { IconMoon, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { m } from '../messages/index.ts';
import { pages } from '../pages/index.ts';
import { useMay } from '../session/session.ts';
import { findableAt, namedQuery } from './find-by-name.ts';

const [store, spotlight] = createSpotlight();

/** Who types goes on typing for so long. */
const SETTLED_MS = 150;

/** Everything that can be gone to or done, by its name. */
export default function Palette({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const navigate = useNavigate();
  const may = useMay();
  const { setColorScheme } = useMantineColorScheme();
  const [typed, setTyped] = useState('');
  const [text] = useDebouncedValue(typed.trim(), SETTLED_MS);
  const asked = pages.filter(({ path, action }) => findableAt.includes(path) && may(action));
  const { data: found = [] } = useQuery(
    namedQuery(
      text,
      asked.map(({ path }) => path),
    ),
  );
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
  const named = asked.map(({ path, title, icon: Icon }) => ({
    group: title(m),
    actions: found
      .filter((each) => each.path === path)
      .map(({ id, name }) => ({
        id: `${path}/${id}`,
        label: name,
        ...(name === id ? {} : { description: id }),
        // Found by the gateway: in its name, or in its id.
        keywords: [typed, text],
        leftSection: <Icon size={18} stroke={1.6} />,
        onClick: () => void navigate({ to: `${path}/${encodeURIComponent(id)}` as never }),
      })),
  }));
  return (
    <Spotlight
      store={store}
      attributes={{ content: { 'aria-label': m.frame.commands } }}
      query={typed}
      onQueryChange={setTyped}
      actions={[
        { group: m.frame.navigation, actions: toPages },
        ...named.filter(({ actions }) => actions.length > 0),
        { group: m.frame.scheme.label, actions: schemes },
      ]}
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
