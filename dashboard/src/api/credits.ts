import { queryOptions } from '@tanstack/react-query';
import { api } from './client.ts';

export const creditsKey = ['credits'] as const;

/** A grant or a refund, which nothing changes afterwards. Amounts are USD. */
export type CreditRow = {
  readonly id: string;
  readonly kind: 'grant' | 'refund';
  readonly category: 'paid' | 'promotional';
  readonly amount: number;
  /** Of a grant; null: it is good for ever. */
  readonly expires_at: string | null;
  readonly note: string | null;
  readonly created_by: string;
  readonly created_at: string;
};

/** A grant of which something is left. */
export type OpenGrant = { readonly id: string; readonly remaining: number };

/** An organization's account. */
export type CreditAccount = {
  readonly organization_id: string;
  readonly balance: number;
  readonly granted: number;
  readonly refunded: number;
  /** Was granted until a time that has come, and not spent by then. */
  readonly expired: number;
  readonly used: number;
  /** Of what is left, what processes hold for calls. */
  readonly leased: number;
  /** `credits`: its calls are paid of them; else they are only counted. */
  readonly pays: string;
  readonly open: readonly OpenGrant[];
  /** Newest first. */
  readonly credits: readonly CreditRow[];
};

export const accountQuery = (organizationId: string) =>
  queryOptions({
    queryKey: [...creditsKey, organizationId],
    queryFn: ({ signal }) =>
      api<CreditAccount>('/credits/info', { query: { organization_id: organizationId }, signal }),
  });

export type Organization = { readonly organization_id: string; readonly organization_alias: string | null };

export const organizationsQuery = queryOptions({
  queryKey: [...creditsKey, 'organizations'],
  queryFn: ({ signal }) => api<readonly Organization[]>('/organization/list', { signal }),
});

export type Booking = {
  readonly kind: CreditRow['kind'];
  readonly organizationId: string;
  /** USD, as it was typed. */
  readonly amount: string;
  readonly category: CreditRow['category'];
  /** Local time, as an input of the browser writes it; '': for ever. */
  readonly expires: string;
  readonly note: string;
  /** Sent twice, it is booked once. */
  readonly idempotencyKey: string;
};

export const bookCredit = ({ kind, organizationId, amount, category, expires, note, idempotencyKey }: Booking) =>
  api<unknown>(`/credits/${kind}`, {
    method: 'POST',
    headers: { 'idempotency-key': idempotencyKey },
    body: {
      organization_id: organizationId,
      amount,
      note,
      ...(kind === 'grant' ? { category, expires_at: expires === '' ? null : new Date(expires).toISOString() } : {}),
    },
  });
