// JavaScript for the reason given in `main.js`.
import { enableCompileCache } from 'node:module';

enableCompileCache();

await import('./report-work.ts');
