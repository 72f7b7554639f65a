import { GatewayError } from '../inference/index.ts';

/** Databases read JSON back no deeper than 1,000 levels (SQLite), and nothing that is written here needs fifty. */
const MOST_LEVELS = 64;

/** Throws a GatewayError (400) that names the member which is nested too deep to be kept. */
export function refuseTooDeep(body: unknown): void {
  let level: readonly (readonly [value: object, member: string])[] = membersOf(body).map(([name, value]) => [
    value,
    name,
  ]);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > MOST_LEVELS) {
      const [[, param] = [null, 'body']] = level;
      const message = `Invalid body: ${param}: is nested more than ${MOST_LEVELS} levels deep.`;
      throw new GatewayError('invalid_request', message, { param });
    }
    level = level.flatMap(([value, member]) => membersOf(value).map(([, inner]) => [inner, member] as const));
  }
}

function membersOf(value: unknown): readonly (readonly [string, object])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).filter(
    (entry): entry is [string, object] => typeof entry[1] === 'object' && entry[1] !== null,
  );
}
