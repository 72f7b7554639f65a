import type { MetricObjectWithValues, MetricValue } from 'prom-client';

/** What the primary and its workers say to each other, besides what the store says over the same channel. */
export type ToWorker =
  | { readonly kind: 'stop' }
  | { readonly kind: 'reload' }
  | { readonly kind: 'keys-changed'; readonly ask: number }
  | { readonly kind: 'keys-told'; readonly ask: number }
  | { readonly kind: 'metrics-wanted'; readonly ask: number }
  | { readonly kind: 'metrics'; readonly ask: number; readonly metrics: readonly WorkerMetrics[] };

export type ToPrimary =
  | { readonly kind: 'listening'; readonly port: number; readonly writer: string }
  | { readonly kind: 'tell-keys-changed'; readonly ask: number }
  | { readonly kind: 'keys-taken'; readonly ask: number }
  | { readonly kind: 'collect-metrics'; readonly ask: number }
  | { readonly kind: 'own-metrics'; readonly ask: number; readonly metrics: WorkerMetrics };

export type WorkerMetrics = MetricObjectWithValues<MetricValue<string>>[];

/** The store's messages are marked otherwise; these carry a `kind`. */
export function isKind(message: unknown): message is { readonly kind: string } {
  return typeof message === 'object' && message !== null && 'kind' in message && typeof message.kind === 'string';
}
