import { type CircuitEvent, closedCircuit, type RestCause, step } from './circuit.ts';
import type { HealthPolicy } from './health-policy.ts';
import type { CircuitMemory, CredentialMemory } from './memories.ts';

/** Of whom a rest begins or ends. */
export type HealthEvent = {
  readonly type: 'rests' | 'back';
  readonly credential: string;
  /** null: the whole credential. */
  readonly circuit: string | null;
  readonly cause: RestCause;
  readonly forMs: number;
  /** Another process has found out. */
  readonly heard: boolean;
};

type Remembered = CircuitMemory | CredentialMemory;

export type Apply = (of: Remembered, event: CircuitEvent, nowMs: number) => void;

/** Steps a circuit, and tells where that began or ended a rest. */
export function openApply(policyNow: () => HealthPolicy, onEvent: (event: HealthEvent) => void): Apply {
  return (of, event, nowMs) => {
    const before = of.circuit;
    of.circuit = step(before, event, nowMs, policyNow(), 'alone' in of && of.alone);
    if (of.circuit.state === before.state && of.circuit.openedMs === before.openedMs) return;
    of.untold = true;
    const begins = before.state === 'closed' && of.circuit.state === 'open';
    const ends = before.state !== 'closed' && of.circuit.state === 'closed';
    const heard = begins ? event.type === 'rested' : of.heardFrom !== null;
    of.heardFrom = event.type === 'rested' ? event.by : null;
    if (begins) onEvent(eventOf(of, 'rests', of.circuit.untilMs - nowMs, heard));
    if (ends) onEvent(eventOf(of, 'back', 0, heard));
  };
}

/** The configuration is another one: what it rested for is over. What was counted stays. */
export function forget(of: Remembered, onEvent: (event: HealthEvent) => void): void {
  if (of.circuit.state !== 'closed') onEvent(eventOf(of, 'back', 0, of.heardFrom !== null));
  of.circuit = closedCircuit;
  of.heardFrom = null;
  of.untold = true;
}

function eventOf(of: Remembered, type: HealthEvent['type'], forMs: number, heard: boolean): HealthEvent {
  const whom =
    'credential' in of ? { credential: of.credential.name, circuit: of.name } : { credential: of.name, circuit: null };
  return { ...whom, type, cause: of.circuit.cause ?? 'failures', forMs, heard };
}
