import { isUntroubled } from './circuit.ts';
import type { CircuitMemory } from './memories.ts';
import { type AttemptReport, isOfTheCredential, kindOf } from './report.ts';
import type { Apply } from './transition.ts';

/** What the end of an attempt says of its circuit and of the credential. */
export function judge(memory: CircuitMemory, report: AttemptReport, apply: Apply, nowMs: number): void {
  const { credential } = memory;
  const { retryAfterMs, durationMs } = report;
  const startedMs = nowMs - durationMs;
  const kind = kindOf(report);
  if (kind === 'credential' && isOfTheCredential(report, memory, nowMs)) {
    apply(credential, { type: 'failed', kind, retryAfterMs, startedMs }, nowMs);
    apply(memory, { type: 'spared', startedMs }, nowMs);
    return;
  }
  // Whoever limits a rate, or answers, has accepted the key.
  const accepted = kind === 'answered' || kind === 'rate_limit';
  if (!isUntroubled(credential.circuit))
    apply(credential, { type: accepted ? 'answered' : 'spared', startedMs }, nowMs);
  if (kind === 'answered') {
    credential.answeredBy = memory.name;
    credential.answeredMs = nowMs;
  }
  if (kind !== 'answered' && kind !== 'spared') apply(memory, { type: 'failed', kind, retryAfterMs, startedMs }, nowMs);
  else if (!isUntroubled(memory.circuit)) apply(memory, { type: kind, startedMs }, nowMs);
}
