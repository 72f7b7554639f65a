// JavaScript for the reason given in `main.js`.
import { loadSwiftly } from './loading.js';

loadSwiftly();

await import('./token-counter-work.ts');
