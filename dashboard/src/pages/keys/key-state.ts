import type { KeyRow } from '../../api/keys.ts';
import type { Tone } from '../../app/status-dot.tsx';
import { m } from '../../messages/index.ts';

export function stateOf({ blocked, expires }: KeyRow, nowMs: number): readonly [Tone, string] {
  if (expires !== null && Date.parse(expires) <= nowMs) return ['quiet', m.keys.states.expired];
  return blocked ? ['bad', m.keys.states.blocked] : ['good', m.keys.states.active];
}

export function nameOf({ key_alias: alias, token_id: id }: Pick<KeyRow, 'key_alias' | 'token_id'>): string {
  return alias ?? id;
}
