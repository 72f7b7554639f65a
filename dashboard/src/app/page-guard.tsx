import { lazy, Suspense, useEffect } from 'react';
import { m } from '../messages/index.ts';
import { pages } from '../pages/index.ts';
import { useMay } from '../session/session.ts';
import type { Page } from './page.ts';
import { NotAllowed, PageLoading } from './page-states.tsx';

const bodies = new Map(pages.map((page) => [page.path, lazy(page.load)]));

/** A page for those who may see it; the server refuses the others in any case. */
export function PageGuard({ page }: { readonly page: Page }) {
  const may = useMay();
  const title = page.title(m);
  useEffect(() => {
    document.title = `${title} · ${m.frame.product}`;
  }, [title]);
  const Body = bodies.get(page.path);
  if (!may(page.action) || Body === undefined) return <NotAllowed action={page.action} />;
  return (
    <Suspense fallback={<PageLoading />}>
      <Body />
    </Suspense>
  );
}
