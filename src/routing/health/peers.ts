import type { Model } from '../../catalog/index.ts';
import { Lru } from '../../std/index.ts';
import { type Memories, TRIAL_SLOT_MS, TRIAL_SLOTS } from './memories.ts';
import { type Member, outliersAmong } from './outliers.ts';
import { sumOfRolling } from './rolling.ts';
import { type Unsound, unsoundAmong } from './unsound.ts';

/** Deployments of one model, by what they are called for. */
export type Peers = {
  /** A call goes out for this model. */
  readonly know: (model: Model) => void;
  readonly outliers: () => ReadonlySet<string>;
  readonly unsound: () => Unsound<ReadonlySet<string>>;
  readonly compare: (nowMs: number) => void;
};

const MAX_GROUPS = 1_000;
/** No shorter than the trial: when it is over, what led to it counts no more. */
const FIRST_EJECTION_MS = TRIAL_SLOT_MS * TRIAL_SLOTS;
const LONGEST_EJECTION_MS = 300_000;
const EJECTION_FORGIVEN_MS = 300_000;

export function openPeers(memories: Memories): Peers {
  const groups = new Lru<{ readonly model: Model; readonly circuits: readonly string[] }>(MAX_GROUPS);
  const known = new Set<string>();
  const ejected = new Set<string>();
  const unsound = { calls: new Set<string>(), structure: new Set<string>() };
  const memberOf = (name: string, nowMs: number): Member => {
    const memory = memories.find(name);
    if (memory === undefined) return { name, answered: 0, failed: 0, out: false };
    const [answered = 0, failed = 0] = sumOfRolling(memory.trial, TRIAL_SLOTS, nowMs);
    return { name, answered, failed, out: memory.circuit.state !== 'closed' || ejected.has(name) };
  };
  const leavesHalf = (name: string): boolean =>
    [...known].every((group) => {
      const circuits = groups.get(group)?.circuits ?? [];
      const out = circuits.filter((each) => ejected.has(each) || memories.find(each)?.circuit.state === 'open').length;
      return !circuits.includes(name) || out + 1 <= circuits.length / 2;
    });
  return {
    outliers: () => ejected,
    unsound: () => unsound,
    know: (model) => {
      if (groups.get(model.name)?.model === model) return;
      groups.set(model.name, { model, circuits: [...new Set(model.deployments.map(({ circuit }) => circuit))] });
      known.add(model.name);
    },
    compare: (nowMs) => {
      unsound.calls.clear();
      unsound.structure.clear();
      for (const name of ejected) {
        if ((memories.find(name)?.ejectedUntilMs ?? 0) <= nowMs) ejected.delete(name);
      }
      for (const group of known) {
        const circuits = groups.get(group)?.circuits;
        if (circuits === undefined) {
          known.delete(group);
          continue;
        }
        const { calls, structure } = unsoundAmong(circuits, memories, nowMs);
        for (const name of calls) unsound.calls.add(name);
        for (const name of structure) unsound.structure.add(name);
        for (const name of outliersAmong(circuits.map((each) => memberOf(each, nowMs)))) {
          const memory = memories.find(name);
          if (memory === undefined || !leavesHalf(name)) continue;
          const isAgain = nowMs - memory.ejectedUntilMs < EJECTION_FORGIVEN_MS && memory.ejections > 0;
          memory.ejections = isAgain ? memory.ejections + 1 : 1;
          memory.ejectedUntilMs = nowMs + Math.min(FIRST_EJECTION_MS * memory.ejections, LONGEST_EJECTION_MS);
          ejected.add(name);
        }
      }
    },
  };
}
