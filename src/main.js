#!/usr/bin/env -S node --max-semi-space-size=8
// JavaScript, as the entries of the threads are: TypeScript that comes before the cache is on brings Node's compiler for
// it into the process, for this one file. In TypeScript the entries cost 25 ms and 11 MB each.
import { setFlagsFromString } from 'node:v8';
import { loadSwiftly } from './loading.js';

// After a few streams of some seconds V8 takes what an exchange is made of for long-lived and puts parts of it into the
// old generation from then on, where each keeps its whole exchange alive until a full collection: of 500 streams of
// 100 ms a second all were copied, twice, in pauses of 10 to 20 ms; without it the pauses are 1 to 3 ms.
setFlagsFromString('--no-allocation-site-pretenuring');

loadSwiftly();

const { runCommandLine } = await import('./cli/index.ts');
await runCommandLine(process.argv);
