import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

type Values = Readonly<Record<string, unknown>>;

/** A deployment as it is stored, in LiteLLM's words. */
export type NewModel = {
  readonly model_name: string;
  readonly litellm_params: Values;
  readonly model_info?: Values;
};

/** A deployment of the file, or a stored one, which may be off. Params are for whoever may read them. */
export type DeploymentRow = {
  readonly model_name: string;
  readonly litellm_params: Values;
  readonly model_info: Values & {
    readonly id: string | null;
    /** Stored, and not the file's. */
    readonly db_model: boolean;
    readonly blocked: boolean;
    readonly defined_at?: string | null;
    /** Why nothing is sent there. */
    readonly off?: string | null;
  };
};

/** What was not honoured of what was given. */
export type Told = { readonly notices?: readonly string[] };

export const deploymentsQuery = queryOptions({
  queryKey: ['deployments'],
  queryFn: async ({ signal }) => (await api<{ data: readonly DeploymentRow[] }>('/model/info', { signal })).data,
});

export const createModel = (body: NewModel): Promise<Told> => api('/model/new', { method: 'POST', body });

/** What is left out stays, null takes it away. */
export const changeModel = (id: string, change: Partial<NewModel>): Promise<Told> =>
  api('/model/update', { method: 'POST', body: { ...change, model_info: { ...change.model_info, id } } });

export const deleteModel = (id: string): Promise<unknown> => api('/model/delete', { method: 'POST', body: { id } });

/** Something that is otherwise than configured, for a while. */
export type Overlay = {
  readonly overlay_id: string;
  readonly kind: string;
  /** What it is laid on. */
  readonly id: string;
  readonly set: 'off' | 'drain' | 'on' | 'weight' | 'limit' | 'budget';
  readonly weight?: number;
  readonly limits?: Readonly<Record<string, number>>;
  readonly reason: string;
  readonly by: string;
  readonly expires_at: string;
};

export const overlaysQuery = queryOptions({
  queryKey: ['overlays'],
  queryFn: async ({ signal }) => (await api<{ overlays: readonly Overlay[] }>('/overlay/list', { signal })).overlays,
  refetchInterval: 15_000,
});

export type NewOverlay = {
  readonly set: 'off' | 'drain' | 'on' | 'weight';
  readonly kind: 'deployment' | 'model';
  readonly id: string;
  readonly weight?: number;
  /** A time from now, such as 2h. */
  readonly expires: string;
  readonly reason: string;
};

export const layOverlay = (body: NewOverlay): Promise<unknown> => api('/overlay/new', { method: 'POST', body });

export const endOverlay = (id: string): Promise<unknown> =>
  api('/overlay/delete', { method: 'POST', body: { overlay_ids: [id] } });
