import type { StreamShape } from '../payload.ts';
import type { Running } from '../targets/target.ts';
import type { Measure, Measurement, Setting } from './measurement.ts';

/** Short, so that what is measured is the beginning of a stream and not the load of those that are under way. */
const SHORT_STREAM: StreamShape = { chunks: 5, paceMs: 20 };

async function atFixedRate(
  running: Running,
  { generator, options }: Setting,
  shape: StreamShape | null,
): Promise<Measurement> {
  const { p50Us, p99Us, largestUs, lagP99Us, starvedMs, answers, generatorBusy, errors } = await generator.run({
    kind: 'open-loop',
    endpoint: shape === null ? running.plain : running.stream,
    rps: options.rps,
    shape,
    warmMs: options.warmMs,
    windowMs: options.rateWindowMs,
    pid: running.pid,
  });
  return {
    figures: {
      p50_us: p50Us,
      p99_us: p99Us,
      largest_us: largestUs,
      lag_p99_us: lagP99Us,
      starved_ms: starvedMs,
      answers,
      generator_busy: generatorBusy,
    },
    errors,
  };
}

/** Time to the last byte of a plain answer. */
export const measureLatency: Measure = ({ running }, setting) => atFixedRate(running, setting, null);

/** Time to the first content of a stream. */
export const measureFirstByte: Measure = ({ running }, setting) => atFixedRate(running, setting, SHORT_STREAM);
