import { z } from 'zod';

const date = z
  .string()
  .refine((text) => Number.isFinite(Date.parse(text)), { error: 'expected a date such as 2026-12-01' })
  .transform((text) => Date.parse(text));

const word = z.string().min(1).max(256).optional();

/** Beyond this, a list is asked for in pages, and a file by the time of its entries. */
const MOST_ROWS = 100;
const MOST_CSV_ROWS = 10_000;

export const auditQuery = z
  .looseObject({
    page: z.coerce.number().int().positive().default(1),
    page_size: z.coerce.number().int().positive().max(MOST_CSV_ROWS).optional(),
    before: z.coerce.number().int().positive().optional().describe('Entries older than that of this id.'),
    who: word.describe('Who asked for it, or for whom: either of changed_by and changed_by_api_key.'),
    changed_by: word,
    changed_by_api_key: word,
    action: z
      .string()
      .regex(/^[a-z_]+$/, { error: "expected created, updated, deleted, or another word such as 'fail'" })
      .max(64)
      .optional(),
    table_name: word.describe("LiteLLM's name of a table, or a kind such as session."),
    object_id: word,
    q: word.describe('Part of the id of what was changed, of who it was, or of what was done.'),
    start_date: date.optional(),
    end_date: date.optional(),
    format: z.enum(['json', 'csv']).default('json').describe(`csv: a file of ${MOST_CSV_ROWS} entries at most.`),
  })
  .refine(({ format, page_size: size = 0 }) => format === 'csv' || size <= MOST_ROWS, {
    path: ['page_size'],
    error: `expected ${MOST_ROWS} at most; of a file (format=csv) ${MOST_CSV_ROWS}`,
  })
  .transform((query) => ({ ...query, page_size: query.page_size ?? (query.format === 'csv' ? MOST_CSV_ROWS : 10) }));
