import type { Icon } from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Messages } from '../messages/index.ts';

/** One room of the dashboard: a row in `pages/index.ts`, and a folder beside it. */
export type Page = {
  /** Below /ui; `/keys`. */
  readonly path: string;
  readonly title: (messages: Messages) => string;
  readonly group: PageGroup;
  readonly icon: Icon;
  /** Whoever may do it sees the page; null: everybody who is signed in. */
  readonly action: string | null;
  /** `g` and this letter go there. */
  readonly letter: string;
  /** Reached by name, key and link, but not in the navigation: what is needed once. */
  readonly isUnlisted?: true;
  /** Its code, fetched when it is first opened. */
  readonly load: () => Promise<{ readonly default: ComponentType }>;
};

export const pageGroups = ['watch', 'use', 'people', 'run'] as const;
export type PageGroup = (typeof pageGroups)[number];
