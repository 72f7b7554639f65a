import { z } from 'zod';
import { MEMBER_PATH, parseLinearPattern } from '../../std/index.ts';
import { decimalText } from '../reading/decimal-text.ts';
import { durationMs } from '../reading/duration.ts';
import { byteSize, quantity } from '../reading/quantity.ts';

/** What the message of an `unrecognized_keys` issue carries: zod shows an issue's schema to this callback alone. */
export type KnownKeys = { readonly known: readonly string[]; readonly later: readonly string[] };

/** A mapping of fixed keys. `later`: keys that are reserved for a later version. */
export function mapping<Shape extends z.ZodRawShape>(shape: Shape, later: readonly string[] = []) {
  const keys: KnownKeys = { known: Object.keys(shape), later };
  return z.strictObject(shape, {
    error: (issue) => (issue.code === 'unrecognized_keys' ? JSON.stringify(keys) : undefined),
  });
}

/** A number or text that `read` understands. */
function scalar<Value>(expected: string, read: (text: string) => Value | null) {
  return z.union([z.number(), z.string()], { error: `expected ${expected}` }).transform((value, context): Value => {
    const result = read(String(value));
    if (result !== null) return result;
    context.addIssue({ code: 'custom', message: `expected ${expected}` });
    return z.NEVER;
  });
}

export const duration = scalar('a duration such as 500ms, 10s or 2m', durationMs);
export const bytes = scalar('a size such as 32MiB', byteSize);
export const amount = scalar('an amount of USD such as 0.15', (text) => decimalText(text.replace(/^\$/, '')));
export const weight = scalar('a number, 0 or greater', (text) => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return Number.isFinite(value) && value >= 0 ? value : null;
});

export const share = scalar('a share, above 0 and up to 1, such as 0.5', (text) => {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  return value > 0 && value <= 1 ? value : null;
});

/** A whole number such as `600`, `450k` or `1.5M`. */
export function count(minimum: number, maximum = Number.MAX_SAFE_INTEGER) {
  const upTo = maximum === Number.MAX_SAFE_INTEGER ? 'or greater, such as 600, 450k or 1.5M' : `to ${maximum}`;
  return scalar(`a whole number, ${minimum} ${upTo}`, (text) => {
    const value = quantity(text);
    return value !== null && value >= minimum && value <= maximum ? value : null;
  });
}

const WORDS: Readonly<Record<string, boolean>> = {
  on: true,
  off: false,
  true: true,
  false: false,
  yes: true,
  no: false,
};

/** YAML 1.2 reads `on` and `off` as text. */
export const flag = z
  .union([z.boolean(), z.string()], { error: 'expected on or off' })
  .transform((value, context): boolean => {
    const known = WORDS[String(value).toLowerCase()];
    if (known !== undefined) return known;
    context.addIssue({ code: 'custom', message: 'expected on or off' });
    return z.NEVER;
  });

export const text = z.string().min(1, { error: 'expected text, got nothing' });

export const url = z.string().refine(isHttpUrl, { error: 'expected a URL that begins with https:// or http://' });

/** One name, or a list of them. */
export const names = z
  .union([text, z.array(text)], { error: 'expected a name or a list of names' })
  .transform((value): readonly string[] => (typeof value === 'string' ? [value] : value));

/** Members that a body must have. */
export const memberPaths = z.array(
  z.string().regex(MEMBER_PATH, { error: 'expected a name such as user or metadata.ticket' }),
  { error: 'expected a list of names such as user or metadata.ticket' },
);

export const headers = z.record(
  z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, { error: 'expected the name of a header' }),
  z.union([z.string(), z.number()], { error: 'expected text' }).transform(String),
);

function isHttpUrl(value: string): boolean {
  const parsed = URL.parse(value);
  return parsed !== null && (parsed.protocol === 'https:' || parsed.protocol === 'http:');
}

/** A regular expression that is matched in linear time. */
export const pattern = z.string().superRefine((source, context) => {
  const parsed = parseLinearPattern(source);
  if (!parsed.ok) context.addIssue({ code: 'custom', message: `expected a regular expression: ${parsed.reason}` });
});
