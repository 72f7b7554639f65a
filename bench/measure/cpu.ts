import type { Measure } from './measurement.ts';

const CONNECTIONS = 16;

/** Processor time of a plain chat request, and how many there were per second. */
export const measureCpu: Measure = async ({ running }, { generator, options }) => {
  const { requests, seconds, cpuUs, generatorBusy, errors } = await generator.run({
    kind: 'closed-loop',
    endpoint: running.plain,
    connections: CONNECTIONS,
    warmMs: options.warmMs,
    windowMs: options.cpuWindowMs,
    pid: running.pid,
  });
  return {
    figures: {
      cpu_us_per_request: cpuUs / Math.max(1, requests),
      requests_per_second: requests / seconds,
      generator_busy: generatorBusy,
    },
    errors,
  };
};
