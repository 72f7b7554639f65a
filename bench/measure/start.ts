import { join } from 'node:path';
import { newFolder } from '../test-stand.ts';
import type { Measure } from './measurement.ts';

/** From the start of the program to its readiness: without data, and again on the data that the first start left. */
export const measureStart: Measure = async ({ target }, { site }) => {
  const data = join(newFolder(site.stand, `${target.name}-start`), 'data');
  const first = await target.start(site, data);
  await first.stop();
  if (!target.keepsData) return { figures: { new_ms: first.startMs }, errors: [] };
  const second = await target.start(site, data);
  await second.stop();
  return { figures: { new_ms: first.startMs, existing_ms: second.startMs }, errors: [] };
};
