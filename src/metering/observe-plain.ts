import { isJsonObject, parseJson } from '../std/index.ts';
import { nothingSeen, type Observation, see } from './observation.ts';

/** A plain answer that was held whole; null: it is no JSON object. */
export function observePlain(body: Buffer): Observation | null {
  const parsed = parseJson(body);
  if (!parsed.ok || !isJsonObject(parsed.value)) return null;
  const seen = nothingSeen();
  see(seen, parsed.value);
  return seen;
}
