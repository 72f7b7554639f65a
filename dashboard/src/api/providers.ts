import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

type Values = Readonly<Record<string, unknown>>;

export type CredentialRow = {
  readonly credential_name: string;
  /** Its secrets masked. */
  readonly credential_values: Values;
  /** `managed_by` is there where the API cannot change it, `defined_at` where the file has an entry of it. */
  readonly credential_info: {
    readonly custom_llm_provider?: string;
    readonly managed_by?: 'file' | 'environment';
    readonly defined_at?: string;
  };
};

export const credentialsQuery = queryOptions({
  queryKey: ['credentials'],
  queryFn: async ({ signal }) =>
    (await api<{ credentials: readonly CredentialRow[] }>('/credentials', { signal })).credentials,
});

export type NewCredential = {
  readonly credential_name: string;
  readonly credential_values: Values;
  readonly credential_info: Values;
};

const pathOf = (name: string): string => `/credentials/${name.split('/').map(encodeURIComponent).join('/')}`;

export const createCredential = (body: NewCredential): Promise<unknown> =>
  api('/credentials', { method: 'POST', body });

/** What is left out stays, null takes it away. */
export const changeCredential = (name: string, body: Omit<NewCredential, 'credential_name'>) =>
  api<{ readonly notices?: readonly string[] }>(pathOf(name), { method: 'PATCH', body });

export const deleteCredential = (name: string): Promise<unknown> => api(pathOf(name), { method: 'DELETE' });

export type Tested = {
  readonly status: 'success' | 'error';
  readonly result: { readonly upstream_status: number | null; readonly took_ms: number; readonly error?: string };
};

/** One call of one token, at the cost of the credential. */
export const testConnection = (params: Values): Promise<Tested> =>
  api('/health/test_connection', { method: 'POST', body: { litellm_params: params } });
