import { Link, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { m } from '../messages/index.ts';
import { pages } from '../pages/index.ts';
import { useMay } from '../session/session.ts';
import classes from './navigation.module.css';
import { type Page, pageGroups } from './page.ts';

/** The pages that the person may see, by what they are for. */
export function Navigation() {
  const may = useMay();
  const allowed = pages.filter(({ action, isUnlisted }) => may(action) && isUnlisted !== true);
  const list = useRef<HTMLElement>(null);
  const path = useRouterState({ select: ({ location }) => location.pathname });
  // On a low window the end of the list is scrolled to.
  // biome-ignore lint/correctness/useExhaustiveDependencies: which link is the page's changes with the path
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' });
  }, [path]);
  return (
    <nav ref={list} aria-label={m.frame.navigation} className={classes['navigation']}>
      {pageGroups.map((group) => {
        const members = allowed.filter((page) => page.group === group);
        if (members.length === 0) return null;
        return (
          <div key={group} className={classes['group']}>
            <h2 className={classes['heading']}>{m.frame.groups[group]}</h2>
            {members.map((page) => (
              <PageLink key={page.path} page={page} />
            ))}
          </div>
        );
      })}
    </nav>
  );
}

function PageLink({ page: { path, icon: Icon, title, letter } }: { readonly page: Page }) {
  return (
    <Link
      to={path}
      className={classes['link']}
      activeProps={{ 'data-active': true, 'aria-current': 'page' }}
      activeOptions={{ exact: path === '/', includeSearch: false }}
    >
      <Icon size={17} stroke={1.6} aria-hidden="true" />
      <span>{title(m)}</span>
      <kbd>g {letter}</kbd>
    </Link>
  );
}
