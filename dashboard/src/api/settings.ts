import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

export const sources = ['command line', 'environment', 'file', 'default'] as const;

export type SettingRow = {
  readonly name: string;
  readonly value: string | null;
  readonly source: (typeof sources)[number];
  readonly at: string | null;
  readonly description: string | null;
};

export type RunningFacts = {
  readonly version: string;
  readonly node: string;
  readonly store: 'sqlite' | 'postgres';
  readonly data_folder: string;
  /** Whose names the file speaks; `none`: there is no file. */
  readonly schema: 'waybill' | 'litellm' | 'none';
  readonly files: readonly string[];
  readonly notices: readonly string[];
  readonly settings: readonly SettingRow[];
};

export const settingsQuery = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }) => api<RunningFacts>('/config/settings', { signal }),
});
