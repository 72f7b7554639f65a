import { type GatewayErrorCode, gatewayErrors } from '../inference/index.ts';
import type { AttemptRecord } from './event.ts';

/** For clients that read a number wherever an attempt is: where no status came, that of what happened instead. */
export function attemptStatus({ status, outcome }: Pick<AttemptRecord, 'status' | 'outcome'>): number {
  if (status !== null) return status;
  return isCode(outcome) ? gatewayErrors[outcome].status : gatewayErrors.client_closed.status;
}

function isCode(outcome: string): outcome is GatewayErrorCode {
  return Object.hasOwn(gatewayErrors, outcome);
}
