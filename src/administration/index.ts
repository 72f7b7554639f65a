export { changeKey } from './change-key.ts';
export { createKey } from './create-key.ts';
