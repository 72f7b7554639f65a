import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

type Values = Readonly<Record<string, unknown>>;

export type CredentialRow = {
  readonly credential_name: string;
  /** Its secrets masked. */
  readonly credential_values: Values;
  /** `managed_by` is there where the API cannot change it. */
  readonly credential_info: { readonly custom_llm_provider?: string; readonly managed_by?: 'file' | 'environment' };
};

export type DeploymentHealth = {
  readonly model: string;
  readonly model_id: string;
  readonly provider: string;
  readonly credential: string;
  readonly upstream_model: string;
  readonly state: 'closed' | 'open' | 'half_open' | 'off' | 'drain';
  readonly put_last: boolean;
  readonly in_flight: number;
  readonly attempts_last_30m: number;
  readonly uptime_last_30m: number | null;
};

export const credentialsQuery = queryOptions({
  queryKey: ['credentials'],
  queryFn: async ({ signal }) =>
    (await api<{ credentials: readonly CredentialRow[] }>('/credentials', { signal })).credentials,
});

export const healthQuery = queryOptions({
  queryKey: ['health'],
  queryFn: async ({ signal }) =>
    (await api<{ deployments: readonly DeploymentHealth[] }>('/health', { signal })).deployments,
  refetchInterval: 15_000,
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

type Tested = {
  readonly status: 'success' | 'error';
  readonly result: { readonly upstream_status: number | null; readonly took_ms: number; readonly error?: string };
};

/** One call of one token, at the cost of the credential. */
export const testConnection = (params: Values): Promise<Tested> =>
  api('/health/test_connection', { method: 'POST', body: { litellm_params: params } });
