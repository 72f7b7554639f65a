import { z } from 'zod';

/** `1795626649000.gen-…`: since when and whose. */
const place = z
  .string()
  .regex(/^\d{1,15}\.[\x21-\x7e]{1,255}$/, { error: 'expected the `next` of the page before' })
  .transform((text) => {
    const dot = text.indexOf('.');
    return { startedAtMs: Number(text.slice(0, dot)), id: text.slice(dot + 1) };
  });

export const holdsQuery = z.strictObject({
  after: place
    .nullish()
    .transform((found) => found ?? null)
    .describe('The `next` of the page before.'),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});
