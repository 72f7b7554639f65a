import type { PartyAdministration } from '../../access/index.ts';
import { bookCredit, type CreditBooks, type Subject } from '../../administration/index.ts';
import { encodeOpenRouterError } from '../../dialects/index.ts';
import { GatewayError } from '../../inference/index.ts';
import { balanceOf, type Credit, type Grant, remainingOf, type Wallet } from '../../ledger/index.ts';
import { type Clock, usdFromNano } from '../../std/index.ts';
import { type RequestHeaders, type Route, route, self } from '../route.ts';
import { type BookCredit, creditsInfoQuery, creditsQuery, grantCreditsBody, refundCreditsBody } from './contract.ts';
import type { KeyUsageOf } from './key-record.ts';

export type CreditDoors = {
  readonly books: CreditBooks;
  /** Without an organization: those of all. */
  readonly wallets: (organizationId: string | null) => Promise<readonly Wallet[]>;
  /** Newest first. */
  readonly listCredits: (organizationId: string, limit: number) => Promise<readonly Credit[]>;
  /** What is left of each grant, in the order in which they are used up. */
  readonly openGrants: (organizationId: string) => Promise<readonly Grant[]>;
  readonly parties: PartyAdministration;
  readonly usageOf: KeyUsageOf;
  readonly clock: Clock;
};

const MOST_LISTED = 100;

/** OpenRouter's look at the balance, and what the operator does with it. */
export function creditRoutes(doors: CreditDoors): readonly Route[] {
  return [total(doors), grant(doors), refund(doors), info(doors)];
}

function total({ wallets, usageOf }: CreditDoors): Route {
  return route({
    method: 'GET',
    path: '/api/v1/credits',
    summary: "Credits of the caller's organization, and what it has used of them.",
    action: 'credits.read',
    encodeError: () => encodeOpenRouterError,
    query: creditsQuery,
    resource: ({ query }) => ofOrganization(query.organization_id),
    answer: async ({ key: { caller }, reach, query }) => {
      const seesAll = reach === 'everything';
      const asked = query.organization_id ?? (seesAll ? null : caller.organizationId);
      if (seesAll || asked !== null) {
        const found = await wallets(asked);
        if (found.length > 0 || seesAll) return { body: { data: sumOf(found) } };
      }
      // Who has no credits pays otherwise, or not at all.
      const used = (await usageOf([caller.keyId])).get(caller.keyId)?.total.charge ?? 0n;
      return { body: { data: { total_credits: 0, total_usage: usdFromNano(used) } } };
    },
  });
}

/** A caller's own organization is told to it as its own. */
function ofOrganization(id: string | undefined): Subject {
  return id === undefined ? self() : { kind: 'organization', id };
}

/** What was given back or has expired is no credit any more: `total_credits - total_usage` is the balance. */
function sumOf(wallets: readonly Wallet[]): Readonly<Record<string, number>> {
  let [credits, used] = [0n, 0n];
  for (const { grantedNanoUsd, refundedNanoUsd, expiredNanoUsd, usedNanoUsd } of wallets) {
    credits += grantedNanoUsd - refundedNanoUsd - expiredNanoUsd;
    used += usedNanoUsd;
  }
  return { total_credits: usdFromNano(credits), total_usage: usdFromNano(used) };
}

function grant(doors: CreditDoors): Route {
  return route({
    method: 'POST',
    path: '/credits/grant',
    summary: 'Give credits to an organization; once for each Idempotency-Key.',
    action: 'credits.change',
    body: grantCreditsBody,
    answer: ({ key, body: { expires_at: expiresAt, ...body }, headers }) =>
      booked(doors, { ...body, kind: 'grant', expiresAtMs: expiryOf(expiresAt, doors.clock) }, headers, key.id),
  });
}

function refund(doors: CreditDoors): Route {
  return route({
    method: 'POST',
    path: '/credits/refund',
    summary: 'Take back credits that were paid for and are not spent; once for each Idempotency-Key.',
    action: 'credits.change',
    body: refundCreditsBody,
    answer: ({ key, body, headers }) =>
      booked(doors, { ...body, kind: 'refund', category: 'paid', expiresAtMs: null }, headers, key.id),
  });
}

async function booked(
  { books, wallets, parties, clock }: CreditDoors,
  asked: BookCredit & Pick<Credit, 'kind' | 'category' | 'expiresAtMs'>,
  headers: RequestHeaders,
  createdBy: string,
) {
  const { organization_id: organizationId, amount, kind, category, expiresAtMs, note } = asked;
  const id = idempotencyKeyIn(headers);
  if ((await parties.findParty('organization', organizationId)) === null) throw noOrganization(organizationId);
  const amounts = { organizationId, kind, category, amountNanoUsd: amount, expiresAtMs, note: note ?? null };
  const { credit, isRepeated } = await bookCredit(books, { ...amounts, id, createdBy, createdAtMs: clock.nowMs() });
  const [wallet] = await wallets(organizationId);
  return { body: { credit: encodeCredit(credit), repeated: isRepeated, ...encodeWallet(organizationId, wallet) } };
}

function expiryOf(expiresAt: string | null | undefined, clock: Clock): number | null {
  if (expiresAt === null || expiresAt === undefined) return null;
  const expiresAtMs = Date.parse(expiresAt);
  if (expiresAtMs > clock.nowMs()) return expiresAtMs;
  throw new GatewayError(
    'invalid_request',
    `'${expiresAt}' is over: give a moment to come, or null for credits without end.`,
    {
      param: 'expires_at',
    },
  );
}

function info({ wallets, listCredits, openGrants, parties }: CreditDoors): Route {
  return route({
    method: 'GET',
    path: '/credits/info',
    summary: "An organization's balance, and its latest grants and refunds.",
    action: 'credits.list',
    resource: ({ query }) => ({ kind: 'organization', id: query.organization_id }),
    query: creditsInfoQuery,
    answer: async ({ query: { organization_id: id } }) => {
      const organization = await parties.findParty('organization', id);
      const [wallet] = await wallets(id);
      if (organization === null && wallet === undefined) throw noOrganization(id);
      const credits = await listCredits(id, MOST_LISTED);
      const pays = organization?.settings.pays ?? 'metered';
      const open = (await openGrants(id)).map(encodeGrant);
      return { body: { ...encodeWallet(id, wallet), pays, open, credits: credits.map(encodeCredit) } };
    },
  });
}

function encodeWallet(organizationId: string, wallet: Wallet | undefined): Readonly<Record<string, unknown>> {
  const { grantedNanoUsd = 0n, refundedNanoUsd = 0n, expiredNanoUsd = 0n } = wallet ?? {};
  const { usedNanoUsd = 0n, leasedNanoUsd = 0n } = wallet ?? {};
  return {
    organization_id: organizationId,
    balance: usdFromNano(wallet === undefined ? 0n : balanceOf(wallet)),
    granted: usdFromNano(grantedNanoUsd),
    refunded: usdFromNano(refundedNanoUsd),
    expired: usdFromNano(expiredNanoUsd),
    used: usdFromNano(usedNanoUsd),
    leased: usdFromNano(leasedNanoUsd),
  };
}

function encodeGrant(grant: Grant): Readonly<Record<string, unknown>> {
  const { id, category, amountNanoUsd, spentNanoUsd, expiresAtMs } = grant;
  return {
    id,
    category,
    amount: usdFromNano(amountNanoUsd),
    spent: usdFromNano(spentNanoUsd),
    remaining: usdFromNano(remainingOf(grant)),
    expires_at: isoOrNull(expiresAtMs),
  };
}

function isoOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}

function encodeCredit(credit: Credit): Readonly<Record<string, unknown>> {
  return {
    id: credit.id,
    kind: credit.kind,
    category: credit.category,
    amount: usdFromNano(credit.amountNanoUsd),
    expires_at: isoOrNull(credit.expiresAtMs),
    note: credit.note,
    created_by: credit.createdBy,
    created_at: new Date(credit.createdAtMs).toISOString(),
  };
}

const KEY = /^[\x21-\x7e]{1,255}$/;

function idempotencyKeyIn(headers: RequestHeaders): string {
  const key = headers.get('idempotency-key') ?? '';
  if (KEY.test(key)) return key;
  throw new GatewayError(
    'invalid_request',
    'Money moves once for each Idempotency-Key: give that header, 1 to 255 printable characters without spaces.',
    { param: 'Idempotency-Key' },
  );
}

function noOrganization(id: string): GatewayError {
  return new GatewayError('not_found', `There is no organization '${id}'.`, { param: 'organization_id' });
}
