import { createRootRoute, createRoute, createRouter, type ErrorRouteComponent } from '@tanstack/react-router';
import { pages } from '../pages/index.ts';
import { PageError } from './page-error.tsx';
import { PageGuard } from './page-guard.tsx';
import { NotFound } from './page-states.tsx';
import { Root } from './root.tsx';
import { readSearch, writeSearch } from './url-state.ts';

const root = createRootRoute({ component: Root, notFoundComponent: NotFound });

const routes = pages.map((page) =>
  createRoute({
    getParentRoute: () => root,
    path: page.path,
    component: () => <PageGuard page={page} />,
  }),
);

/** What a page links to in itself: `/keys/sk…` is the keys' page with one of them open. */
const details = pages
  .filter(({ path }) => path !== '/')
  .map((page) =>
    createRoute({
      getParentRoute: () => root,
      path: `${page.path}/$`,
      component: () => <PageGuard page={page} />,
    }),
  );

export const router = createRouter({
  routeTree: root.addChildren([...routes, ...details]),
  basepath: '/ui',
  parseSearch: readSearch,
  stringifySearch: writeSearch,
  defaultPreload: false,
  defaultErrorComponent: PageError as ErrorRouteComponent,
  scrollRestoration: false,
});
