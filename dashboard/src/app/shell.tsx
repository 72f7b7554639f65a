import { ActionIcon, Kbd, UnstyledButton } from '@mantine/core';
import { useHotkeys } from '@mantine/hooks';
import { IconMenu2, IconSearch, IconX } from '@tabler/icons-react';
import { Link, useRouterState } from '@tanstack/react-router';
import { lazy, type ReactNode, Suspense, useState } from 'react';
import { m } from '../messages/index.ts';
import { AccountMenu } from './account-menu.tsx';
import { Logo } from './logo.tsx';
import { Navigation } from './navigation.tsx';
import classes from './shell.module.css';
import { useLetterKeys } from './use-letter-keys.ts';

const Palette = lazy(() => import('./palette.tsx'));

/** The frame around every page: navigation at the side, or behind a button where there is no side. */
export function Shell({ children }: { readonly children: ReactNode }) {
  // Opened at an address: whoever goes on to another is done with it.
  const [openedAt, setOpenedAt] = useState<string | null>(null);
  const [palette, setPalette] = useState<'unloaded' | 'open' | 'closed'>('unloaded');
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const isNavigationOpen = openedAt === path;
  useHotkeys([['mod+K', () => setPalette('open')]], []);
  useLetterKeys();
  return (
    <div className={classes['shell']}>
      <a className={classes['skip']} href="#content">
        {m.frame.skip}
      </a>
      <section className={classes['bar']} aria-label={m.frame.product}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={isNavigationOpen ? m.frame.closeNavigation : m.frame.openNavigation}
          aria-expanded={isNavigationOpen}
          onClick={() => setOpenedAt(isNavigationOpen ? null : path)}
        >
          {isNavigationOpen ? <IconX size={20} /> : <IconMenu2 size={20} />}
        </ActionIcon>
        <Brand />
        <ActionIcon variant="subtle" color="gray" aria-label={m.frame.commands} onClick={() => setPalette('open')}>
          <IconSearch size={18} />
        </ActionIcon>
      </section>
      <aside className={classes['side']} data-open={isNavigationOpen || undefined}>
        <div className={classes['brand']}>
          <Brand />
        </div>
        <UnstyledButton className={classes['commands']} onClick={() => setPalette('open')}>
          <IconSearch size={15} aria-hidden="true" />
          <span>{m.frame.commands}</span>
          <Kbd size="xs">⌘K</Kbd>
        </UnstyledButton>
        <Navigation />
        <AccountMenu />
      </aside>
      <main id="content" className={classes['content']} tabIndex={-1}>
        {children}
      </main>
      {palette === 'unloaded' ? null : (
        <Suspense>
          <Palette isOpen={palette === 'open'} onClose={() => setPalette('closed')} />
        </Suspense>
      )}
    </div>
  );
}

function Brand() {
  return (
    <Link to="/" className={classes['name']}>
      <Logo size={26} />
      <span>{m.frame.product}</span>
    </Link>
  );
}
