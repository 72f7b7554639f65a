import type { Clock } from '../../std/index.ts';
import { type Counters, type OtherShare, PRESSED_MS, type ShareAsk, type ShareRoundAnswer } from './counters.ts';
import { decideShare, isLive, weightOf } from './decide-share.ts';

type Row = { readonly ask: ShareAsk; readonly cap: number; readonly op: number };
type Process = { heardMs: number; hasLeft: boolean };

const SWEEP_EVERY_MS = 60_000;
const FORGOTTEN_AFTER_MS = 86_400_000;

/** For the processes of one machine, kept by the one that started them. */
export function openMemoryCounters({ monotonicMs }: Pick<Clock, 'monotonicMs'>): Counters {
  const shares = new Map<string, Map<string, Row>>();
  const processes = new Map<string, Process>();
  const pressed = new Map<string, number>();
  let sweptMs = monotonicMs();

  const take = (process: string, op: number, ask: ShareAsk, nowMs: number): ShareRoundAnswer['answers'][number] => {
    const rows = shares.get(ask.name) ?? new Map<string, Row>();
    shares.set(ask.name, rows);
    const others = othersIn(rows, process, processes, nowMs);
    const before = rows.get(process);
    if (before !== undefined && before.op > op) return { name: ask.name, cap: before.cap, others };
    const weight = others.reduce((sum, { cap }) => sum + cap, 0);
    const cap = decideShare(ask, weight);
    if (ask.pressed > 0) pressed.set(ask.name, nowMs);
    if (cap > 0 || ask.pressed > 0) rows.set(process, { ask, cap, op });
    else rows.delete(process);
    if (rows.size === 0) shares.delete(ask.name);
    return { name: ask.name, cap, others };
  };

  const sweep = (nowMs: number): void => {
    sweptMs = nowMs;
    for (const [name, rows] of shares) {
      for (const [process, { ask, cap }] of rows) {
        const known = processes.get(process);
        const live = known !== undefined && isLive(known.heardMs, known.hasLeft, nowMs);
        const weight = weightOf({ ...ask, cap }, live, known?.heardMs ?? Number.NEGATIVE_INFINITY, nowMs);
        if (!live && weight === 0) rows.delete(process);
      }
      if (rows.size === 0) shares.delete(name);
    }
    for (const [process, { heardMs }] of processes) if (nowMs - heardMs > FORGOTTEN_AFTER_MS) processes.delete(process);
  };

  return {
    kind: 'memory',
    exchange: async ({ process, op, asks }) => {
      const nowMs = monotonicMs();
      processes.set(process, { heardMs: nowMs, hasLeft: false });
      if (nowMs - sweptMs >= SWEEP_EVERY_MS) sweep(nowMs);
      const answers = asks.map((ask) => take(process, op, ask, nowMs));
      for (const [name, atMs] of pressed) if (nowMs - atMs >= PRESSED_MS) pressed.delete(name);
      let live = 0;
      for (const { heardMs, hasLeft } of processes.values()) if (isLive(heardMs, hasLeft, nowMs)) live++;
      return { live, nowMs, pressed: [...pressed.keys()], answers };
    },
    leave: async (process) => {
      const known = processes.get(process);
      if (known !== undefined) known.hasLeft = true;
    },
    close: async () => undefined,
  };
}

function othersIn(
  rows: ReadonlyMap<string, Row>,
  asker: string,
  processes: ReadonlyMap<string, Process>,
  nowMs: number,
): OtherShare[] {
  const others: OtherShare[] = [];
  for (const [process, { ask, cap }] of rows) {
    if (process === asker) continue;
    const { heardMs, hasLeft } = processes.get(process) ?? { heardMs: Number.NEGATIVE_INFINITY, hasLeft: true };
    const live = isLive(heardMs, hasLeft, nowMs);
    const weight = weightOf({ ...ask, cap }, live, heardMs, nowMs);
    if (!live && weight === 0) continue;
    const { used, pressed, need } = ask;
    others.push({ process, cap: weight, used, pressed: live ? pressed : 0, need, isLive: live });
  }
  return others;
}
