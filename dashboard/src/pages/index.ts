import { IconChartAreaLine, IconCube, IconKey, IconListDetails, IconMessages } from '@tabler/icons-react';
import type { Page } from '../app/page.ts';

/** Every page, in the order of the navigation. A page is a row here and a folder of its own. */
export const pages: readonly Page[] = [
  {
    path: '/',
    title: (m) => m.overview.title,
    group: 'watch',
    icon: IconChartAreaLine,
    action: 'spend.read',
    letter: 'o',
    load: () => import('./overview/overview-page.tsx'),
  },
  {
    path: '/logs',
    title: (m) => m.logs.title,
    group: 'watch',
    icon: IconListDetails,
    action: 'spend.read',
    letter: 'l',
    load: () => import('./logs/logs-page.tsx'),
  },
  {
    path: '/playground',
    title: (m) => m.playground.title,
    group: 'use',
    icon: IconMessages,
    action: 'model.list',
    letter: 'p',
    load: () => import('./playground/playground-page.tsx'),
  },
  {
    path: '/models',
    title: (m) => m.models.title,
    group: 'use',
    icon: IconCube,
    action: 'model.list',
    letter: 'm',
    load: () => import('./models/models-page.tsx'),
  },
  {
    path: '/keys',
    title: (m) => m.keys.title,
    group: 'use',
    icon: IconKey,
    action: 'key.list',
    letter: 'k',
    load: () => import('./keys/keys-page.tsx'),
  },
];
