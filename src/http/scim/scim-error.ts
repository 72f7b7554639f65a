import { GatewayError, type GatewayErrorCode } from '../../inference/index.ts';
import { ERROR } from './schema-ids.ts';

/** RFC 7644, table 9. */
export type ScimType =
  | 'invalidFilter'
  | 'invalidPath'
  | 'invalidSyntax'
  | 'invalidValue'
  | 'mutability'
  | 'noTarget'
  | 'tooMany'
  | 'uniqueness';

const CODES: Readonly<Partial<Record<ScimType, GatewayErrorCode>>> = { uniqueness: 'conflict' };

export function scimError(scimType: ScimType, detail: string): GatewayError {
  return new GatewayError(CODES[scimType] ?? 'invalid_request', detail, { metadata: { scimType } });
}

/** If-Match names another version: RFC 7644 3.14. */
export function outdated(): GatewayError {
  const detail = 'The resource is no longer as it was: get it again, and change what it is now.';
  return new GatewayError('conflict', detail, { status: 412 });
}

const TYPES: Readonly<Partial<Record<GatewayErrorCode, ScimType>>> = {
  invalid_json: 'invalidSyntax',
  duplicate_field: 'invalidSyntax',
  invalid_request: 'invalidValue',
};

/** A refusal as RFC 7644 3.12 has it: the status is text. */
export function encodeScimError(error: GatewayError): Buffer {
  const scimType = error.details.metadata?.['scimType'] ?? TYPES[error.code];
  const status = String(error.status);
  return Buffer.from(
    JSON.stringify({
      schemas: [ERROR],
      status,
      ...(scimType === undefined ? {} : { scimType }),
      detail: error.message,
    }),
  );
}
