import { GatewayError } from '../inference/index.ts';
import { type Credit, type CreditOutcome, walletOf } from '../ledger/index.ts';
import { formatUsd } from '../std/index.ts';

/** The books of credits, as this process reaches them. */
export type CreditBooks = {
  readonly book: (credit: Credit) => Promise<CreditOutcome>;
  /** Asks all processes for what they have leased of a wallet and do not need. */
  readonly recall: (wallet: string) => Promise<void>;
};

/** What processes are given to hand back what they do not need, before less is given back than is asked for. */
const RECALLS = 5;
const RECALL_EVERY_MS = 40;

export type BookedCredit = { readonly credit: Credit; readonly isRepeated: boolean };

/** Grants credits or gives them back, once for each id, or says why not (400, 409). */
export async function bookCredit(books: CreditBooks, credit: Credit): Promise<BookedCredit> {
  for (let recalls = 0; ; recalls++) {
    const outcome = await books.book(credit);
    switch (outcome.outcome) {
      case 'booked':
      case 'repeated':
        return { credit: outcome.credit, isRepeated: outcome.outcome === 'repeated' };
      case 'conflict':
        throw new GatewayError(
          'conflict',
          `The Idempotency-Key '${credit.id}' was used for another request; a new request needs a new one.`,
          { param: 'Idempotency-Key' },
        );
      case 'beyond':
        throw new GatewayError('invalid_request', 'No wallet holds more than 9 million USD.', { param: 'amount' });
      case 'short':
        if (recalls === RECALLS) throw tooMuch(credit, outcome.freeNanoUsd);
        await books.recall(walletOf(credit.organizationId));
        await new Promise((resolve) => setTimeout(resolve, RECALL_EVERY_MS));
    }
  }
}

function tooMuch({ amountNanoUsd, organizationId }: Credit, freeNanoUsd: bigint): GatewayError {
  const [asked, free] = [formatUsd(amountNanoUsd), formatUsd(freeNanoUsd)];
  return new GatewayError(
    'conflict',
    `Of what was paid for by '${organizationId}', ${free} USD are neither spent nor held by calls in flight; ` +
      `${asked} USD cannot be given back.`,
    { param: 'amount', metadata: { asked, free } },
  );
}
