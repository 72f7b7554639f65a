import type { JsonObject } from '../../std/index.ts';

/** OpenAI's own compactions are Fernet tokens; none begins like this. */
export const SUMMARY_PREFIX = 'waybill.summary.1:';

const INTRODUCTION = 'What was said and done before, in short:';

export function wrapSummary(summary: string): string {
  return SUMMARY_PREFIX + Buffer.from(summary).toString('base64url');
}

/** A compaction that we made, as the message that it stands for; null: it is the upstream's, or none. */
export function summaryMessage({ type, encrypted_content }: JsonObject): JsonObject | null {
  if (type !== 'compaction' || typeof encrypted_content !== 'string') return null;
  if (!encrypted_content.startsWith(SUMMARY_PREFIX)) return null;
  const summary = Buffer.from(encrypted_content.slice(SUMMARY_PREFIX.length), 'base64url').toString();
  return { type: 'message', role: 'user', content: `${INTRODUCTION}\n\n${summary}` };
}
