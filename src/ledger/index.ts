export {
  type Correction,
  correctCharge,
  listCorrected,
  listUncertain,
  type UncertainCharge,
} from './correction-store.ts';
export { expireGrants, readOpenGrants } from './grant-store.ts';
export { type Grant, remainingOf } from './grants.ts';
export type { LeaseAnswer, LeaseAsk } from './lease.ts';
export {
  askLeases,
  expiredWriters,
  LONGEST_CALL_MS,
  listSuspense,
  listWriters,
  liveWriters,
  postToPots,
  releaseWriter,
  renewWriter,
  type Suspense,
} from './lease-store.ts';
export { type Lessee, listLessees } from './lessee-list.ts';
export { type Lessor, openRecallBoard, type RecallBoard } from './lessor.ts';
export { type LowBalance, takeLowWallets } from './low-wallet-store.ts';
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
  roomInPot,
} from './pot.ts';
export { KEPT_AFTER_END_MS, loadPots, rankPots, readPot, readPots, removeEndedPots } from './pot-store.ts';
export { type Holds, type NotHeld, openPots, type Pots } from './pots.ts';
export {
  accountKind,
  byokPotOf,
  isSandboxAccount,
  type Opening,
  potOf,
  type Settlement,
  type Transfer,
  transfersOf,
} from './transfer.ts';
export { postOpenings, postSettlements } from './transfer-store.ts';
export { type LedgerFacts, verifyLedger } from './verification-store.ts';
export { balanceOf, type Credit, isWallet, type Wallet, walletOf } from './wallet.ts';
export { bookCredit, type CreditOutcome, listCredits, readWallets } from './wallet-store.ts';
