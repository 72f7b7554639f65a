import type { Measure } from './measurement.ts';

const STREAMS = 100;
const SHAPE = { chunks: 100, paceMs: 20 };

/** Processor time of a streamed chunk; the beginnings and ends of the streams are spread over their chunks. */
export const measureStream: Measure = async ({ running }, { generator, options }) => {
  const { chunks, reads, seconds, cpuUs, generatorBusy, errors } = await generator.run({
    kind: 'streams',
    endpoint: running.stream,
    streams: STREAMS,
    shape: SHAPE,
    warmMs: options.warmMs,
    windowMs: options.cpuWindowMs,
    pid: running.pid,
  });
  return {
    figures: {
      cpu_us_per_chunk: cpuUs / Math.max(1, chunks),
      chunks_per_second: chunks / seconds,
      chunks_per_read: chunks / Math.max(1, reads),
      generator_busy: generatorBusy,
    },
    errors,
  };
};
