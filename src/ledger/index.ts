export {
  extend,
  freeInPot,
  type Hold,
  type HoldRefusal,
  hold,
  isHold,
  openPot,
  type Pot,
  post,
} from './pot.ts';
export { foldPots, loadPots, type PostedPots, type PotPosted, readPot, refreshPots } from './pot-store.ts';
export { accountKind, isSandboxAccount, potOf, type Settlement, type Transfer, transfersOf } from './transfer.ts';
export { postSettlements } from './transfer-store.ts';
export { type LedgerFacts, verifyLedger } from './verification-store.ts';
