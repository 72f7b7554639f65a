// JavaScript for the reason given in `src/main.js`.
import { loadSwiftly } from '../../loading.js';

loadSwiftly();

await import('./token-counter-work.ts');
