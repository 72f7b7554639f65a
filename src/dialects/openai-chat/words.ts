import { unifiedReason } from './finish-reason.ts';
import { readUsage } from './usage.ts';

/** How OpenAI and those that speak its dialects word usage and finish reasons. */
export const openAiWords = { readUsage, unifiedReason };
