import type { Lane } from '../options.ts';
import { measureCpu } from './cpu.ts';
import { measureFirstByte, measureLatency } from './latency.ts';
import type { Measure } from './measurement.ts';
import { measureMemory } from './memory.ts';
import { measureStart } from './start.ts';
import { measureStream } from './stream.ts';

export const measures: Readonly<Record<Lane, Measure>> = {
  cpu: measureCpu,
  stream: measureStream,
  latency: measureLatency,
  'first-byte': measureFirstByte,
  memory: measureMemory,
  start: measureStart,
};

/** The others need a process to look at, and a direct call has none. */
export const lanesOfDirect: readonly Lane[] = ['latency', 'first-byte'];

export const lanesOfFreshProcesses: readonly Lane[] = ['memory', 'start'];

export type { Contender, Measurement, Setting } from './measurement.ts';
