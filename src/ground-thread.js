// JavaScript for the reason given in `main.js`.
import { loadSwiftly } from './loading.js';

// Without the cache this thread would strip and compile its sources at every start, with a compiler of its own in memory:
// 70 ms and 10 MB.
loadSwiftly();

await import('./ground-work.ts');
