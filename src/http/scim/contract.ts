import { z } from 'zod';
import { GROUP, PATCH, USER } from './schema-ids.ts';

/** What a directory sends. Attributes are read by RFC 7643's rules, whatever case they come in. */

export const MOST_LISTED = 200;
const USUALLY_LISTED = 100;

const count = z.coerce.number({ error: 'expected a whole number' }).int();

export const scimQuery = z.looseObject({
  filter: z.string().optional().describe('RFC 7644 3.4.2.2: userName eq "alice@example.com"'),
  startIndex: count.transform((index) => Math.max(1, index)).default(1),
  count: count.transform((each) => Math.min(MOST_LISTED, Math.max(0, each))).default(USUALLY_LISTED),
  attributes: z.string().optional(),
  excludedAttributes: z.string().optional(),
});

export type ScimQuery = z.output<typeof scimQuery>;

function resourceOf(schema: string) {
  const schemas = z.array(z.string()).refine((ids) => ids.some((id) => id.toLowerCase() === schema.toLowerCase()), {
    error: `expected ${schema} in it`,
  });
  return z.looseObject({ schemas });
}

export const userBody = resourceOf(USER);
export const groupBody = resourceOf(GROUP);

const OPERATIONS = ['add', 'replace', 'remove'] as const;

const operation = z.looseObject({
  op: z
    .string()
    .transform((op) => op.toLowerCase())
    .pipe(z.enum(OPERATIONS, { error: `expected one of ${OPERATIONS.join(', ')}` })),
  path: z.string().max(4_000).nullish(),
  value: z.unknown().optional(),
});

export const patchBody = z.looseObject({
  schemas: z.array(z.string()).refine((ids) => ids.includes(PATCH), { error: `expected ${PATCH} in it` }),
  Operations: z.array(operation).min(1).max(1_000),
});
