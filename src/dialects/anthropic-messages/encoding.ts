import type { Warning } from '../../inference/index.ts';
import { openSentNames, type SentNames } from '../tool-name.ts';

/** What the making of one upstream request gathers besides its body. */
export type Encoding = {
  readonly warn: (field: string, message: string) => void;
  readonly warnings: ReadonlyMap<string, Warning>;
  readonly names: SentNames;
  readonly betas: Set<string>;
};

/** Anthropic takes `^[a-zA-Z0-9_-]{1,128}$` for a tool's name. */
const MAX_NAME = 128;

/** One warning for a field, however often it occurs. */
export function openEncoding(): Encoding {
  const warnings = new Map<string, Warning>();
  const warn = (field: string, message: string): void => {
    if (!warnings.has(field)) warnings.set(field, { field, message });
  };
  return { warn, warnings, names: openSentNames(MAX_NAME), betas: new Set() };
}
