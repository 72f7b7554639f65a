import type { DialectId } from '../../inference/index.ts';
import type { ReceivedRequest, RequestAddress } from '../dialect.ts';
import { type FieldRules, missingField, requireFields } from '../fields.ts';
import { parseBody } from '../received.ts';

/** What gateways ask of a request and a request for vectors never has. */
export const VECTORS_ONLY = {
  stream: false,
  n: 1,
  maxOutput: 0,
  includesUsage: false,
  refersOutside: false,
  endUser: null,
} satisfies Partial<ReceivedRequest>;

/** A reader of requests for vectors whose texts stand in the member `input`. */
export function readerOf(dialect: DialectId, input: string, rules: FieldRules) {
  return (bytes: Buffer, address: RequestAddress): ReceivedRequest => {
    const { body, members, model } = parseBody(bytes, address);
    requireFields(body, rules);
    if ((body[input] ?? null) === null) throw missingField(input);
    return { ...VECTORS_ONLY, dialect, bytes, body, members, model, framing: address.framing };
  };
}
