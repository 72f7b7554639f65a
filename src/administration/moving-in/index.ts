export { importLitellm } from './import-litellm.ts';
export type { ImportOptions } from './import-options.ts';
export type { ImportReport, KindCount, Note } from './import-report.ts';
export { type LitellmSource, NoLitellmError, readLitellm } from './litellm-source.ts';
export { MOVED_KINDS } from './moved.ts';
