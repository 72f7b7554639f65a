// JavaScript for the reason given in `main.js`.
import { enableCompileCache } from 'node:module';

// Each thread turns it on for itself. Without it this one would strip and compile its sources at every start, with a
// compiler of its own in memory: 70 ms and 10 MB.
enableCompileCache();

await import('./ground-work.ts');
