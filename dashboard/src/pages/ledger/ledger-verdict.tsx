import { Alert } from '@mantine/core';
import { IconAlertTriangle, IconScale } from '@tabler/icons-react';
import type { LedgerFacts } from '../../api/ledger.ts';
import { Facts } from '../../app/facts.tsx';
import { exactUsd, nanoOf } from '../../format/money.ts';
import { formatCount } from '../../format/number.ts';
import { m } from '../../messages/index.ts';

const words = m.ledger;

/** What came of adding the books up, to the last digit. */
export function LedgerVerdict({ facts }: { readonly facts: LedgerFacts }) {
  const names = words.facts;
  const usd = (text: string): string => exactUsd(nanoOf(text));
  return (
    <Alert
      color={facts.sound ? 'petrol' : 'red'}
      variant="light"
      title={facts.sound ? words.tiles.adds : words.tiles.addsNot}
      icon={facts.sound ? <IconScale size={18} /> : <IconAlertTriangle size={18} />}
    >
      <Facts
        facts={[
          [names.accounts, formatCount(facts.accounts)],
          [names.transfers, formatCount(facts.transfers)],
          [names.wallets, formatCount(facts.wallets)],
          [names.debits, usd(facts.debits_usd)],
          [names.credits, usd(facts.credits_usd)],
          [names.imbalance, usd(facts.imbalance_usd)],
          [names.pots, usd(facts.pot_difference_usd)],
          [names.excess, usd(facts.excess_usd)],
          [names.overages, words.countAnd(formatCount(facts.overages), usd(facts.overage_usd))],
          [names.orphans, formatCount(facts.orphans)],
          [names.estimates, formatCount(facts.estimates)],
          [names.corrections, formatCount(facts.corrections)],
          [names.mismatched, facts.mismatched_accounts.join(', ')],
          [names.brokenPots, facts.broken_pots.join(', ')],
          [names.brokenWallets, facts.broken_wallets.join(', ')],
        ]}
      />
    </Alert>
  );
}
