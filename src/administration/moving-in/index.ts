export { importLitellm } from './import-litellm.ts';
export type { ImportOptions } from './import-options.ts';
export type { ImportReport, KindCount, Note } from './import-report.ts';
export { litellmCipher } from './litellm-cipher.ts';
export { type LitellmSource, NoLitellmError, readLitellm } from './litellm-source.ts';
export { COUNTED_KINDS } from './moved.ts';
