import { z } from 'zod';

const secret = z.string().min(1).max(1_000);
const email = z.string().min(3).max(320);

const byPassword = z.strictObject({ email, password: secret });
const byMasterKey = z.strictObject({ master_key: secret });

export const signInBody = z.union([byPassword, byMasterKey], {
  error: 'expected { email, password }, or { master_key }',
});

export const emptyBody = z.strictObject({});
