import type { Warning } from '../../inference/index.ts';
import type { NameRule } from '../tools/tool-name.ts';

/** What the making of one upstream request gathers besides its body. */
export type Encoding = {
  readonly warn: (field: string, message: string) => void;
  readonly warnings: ReadonlyMap<string, Warning>;
  readonly betas: Set<string>;
};

/** One warning for a field, however often it occurs. */
export function openEncoding(given: readonly Warning[]): Encoding {
  const warnings = new Map(given.map((warning) => [warning.field, warning]));
  const warn = (field: string, message: string): void => {
    if (!warnings.has(field)) warnings.set(field, { field, message });
  };
  return { warn, warnings, betas: new Set() };
}

const ODD = /[^a-zA-Z0-9_-]/g;
/** `^[a-zA-Z0-9_-]{1,128}$` is all that Anthropic takes. */
export const TOOL_NAMES: NameRule = { odd: ODD, most: 128 };

/** A call's id in the letters that Anthropic takes; what is not one of them goes by its code, so that two stay two. */
export function sentId(id: string): string {
  return id.replace(ODD, (letter) => `_${letter.charCodeAt(0).toString(16)}`) || '_';
}
