// JavaScript for the reason given in `src/main.js`.
import { enableCompileCache } from 'node:module';

enableCompileCache();

await import('./reader-work.ts');
