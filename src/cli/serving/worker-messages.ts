import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { Prepared } from '../prepare.ts';

/** What a worker does not read for itself: a file that has become faulty since keeps no new worker from its work. */
export type WorkerStart = Pick<Prepared, 'configuration' | 'masterKey' | 'secretKey'>;

/** What the primary and its workers say to each other, besides what the store says over the same channel. */
export type ToWorker =
  | { readonly kind: 'stop' }
  | { readonly kind: 'start'; readonly ask: number; readonly start: WorkerStart }
  | { readonly kind: 'reload'; readonly configuration: Prepared['configuration'] }
  | { readonly kind: 'keys-changed'; readonly ask: number }
  | { readonly kind: 'keys-told'; readonly ask: number }
  | { readonly kind: 'metrics-wanted'; readonly ask: number }
  | { readonly kind: 'metrics'; readonly ask: number; readonly metrics: readonly WorkerMetrics[] };

export type ToPrimary =
  | { readonly kind: 'start-wanted'; readonly ask: number }
  | { readonly kind: 'listening'; readonly writer: string }
  | { readonly kind: 'tell-keys-changed'; readonly ask: number }
  | { readonly kind: 'keys-taken'; readonly ask: number }
  | { readonly kind: 'collect-metrics'; readonly ask: number }
  | { readonly kind: 'own-metrics'; readonly ask: number; readonly metrics: WorkerMetrics };

export type WorkerMetrics = MetricObjectWithValues<MetricValue<string>>[];

/** The store's messages are marked otherwise; these carry a `kind`. */
export function isKind(message: unknown): message is { readonly kind: string } {
  return typeof message === 'object' && message !== null && 'kind' in message && typeof message.kind === 'string';
}
