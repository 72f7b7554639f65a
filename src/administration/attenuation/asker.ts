import type { FieldRule, Need } from '../../access/index.ts';
import { type Action, authorize, type Owners, reachOf, type VirtualKey } from '../../access/index.ts';
import { GatewayError } from '../../inference/index.ts';

/** Who asks for a change, and at which address. */
export type Asker = {
  readonly key: VirtualKey;
  readonly path: string;
  /** By LiteLLM's names what fields are called at that address, where it is not that. */
  readonly fieldNames?: Readonly<Record<string, string>>;
};

/** Whose power has no bounds but those of the key that is used. */
export function isOperator({ key: { caller } }: Asker): boolean {
  return reachOf(caller, 'organization.create') === 'everything';
}

/** What a management key does to the keys of its house, which its doors keep to. */
const HOUSEKEEPING: ReadonlySet<Need> = new Set(['place', 'key.block']);

export function isHousekeeping({ key: { caller } }: Asker, need: Need): boolean {
  return caller.kind === 'management-key' && HOUSEKEEPING.has(need);
}

export function mayBesides({ key: { caller }, path }: Asker, action: Action, owners: Owners): boolean {
  return authorize(caller, action, { owners, path });
}

export function notSettable({ field, needs }: FieldRule, asker: Asker): GatewayError {
  const param = fieldOf(asker, field);
  const who = asker.key.caller.kind === 'person' ? 'You may not' : 'This key may not';
  const what = needs === 'operator' ? 'that is for an operator' : `that takes '${needs}'`;
  return new GatewayError('permission_denied', `${who} set '${param}' here: ${what}.`, { param });
}

export function fieldOf({ fieldNames = {} }: Asker, field: string): string {
  return fieldNames[field] ?? field;
}
