import { isJsonObject, parseJson } from '../std/index.ts';
import { nothingSeen, type Observation, see } from './observation.ts';

/** A plain answer that was held whole. */
export function observePlain(body: Buffer): Observation {
  const seen = nothingSeen();
  const parsed = parseJson(body);
  if (parsed.ok && isJsonObject(parsed.value)) see(seen, parsed.value);
  return seen;
}
