import { TrieRouter } from 'hono/router/trie-router';
import type { Route } from './route.ts';

/** Routes that are loaded together, by the first call that may be for one of them. */
export type RouteGroup = {
  /** What their paths begin with: of `/key/list` it is `key`. */
  readonly under: readonly string[];
  readonly load: () => Promise<readonly Route[]>;
};

export type RouteTable = {
  /** Where two match it is the first, in the order of the groups. null: there is none. */
  readonly find: (method: string, path: string) => Promise<Route | null>;
  readonly all: () => Promise<readonly Route[]>;
};

type LoadedGroup = { readonly routes: readonly Route[]; readonly router: TrieRouter<Route> };

export function openRoutes(groups: readonly RouteGroup[]): RouteTable {
  const loaded = new Map<RouteGroup, Promise<LoadedGroup>>();
  const load = (group: RouteGroup): Promise<LoadedGroup> => {
    const known = loaded.get(group) ?? group.load().then((routes) => ({ routes, router: routerOf(group, routes) }));
    loaded.set(group, known);
    return known;
  };
  return {
    find: async (method, path) => {
      const begins = beginningOf(path);
      const candidates = await Promise.all(groups.filter(({ under }) => under.includes(begins)).map(load));
      for (const { router } of candidates) {
        const [first] = router.match(method, path)[0];
        if (first !== undefined) return first[0];
      }
      return null;
    },
    all: async () => (await Promise.all(groups.map(load))).flatMap(({ routes }) => routes),
  };
}

function routerOf({ under }: RouteGroup, routes: readonly Route[]): TrieRouter<Route> {
  const router = new TrieRouter<Route>();
  for (const declared of routes) {
    const { method, path } = declared;
    if (!under.includes(beginningOf(path)))
      throw new Error(`${path} would not be found: its group is asked for what is under ${under.join(', ')}`);
    router.add(method, path, declared);
  }
  return router;
}

function beginningOf(path: string): string {
  return path.split('/', 2)[1] ?? '';
}
