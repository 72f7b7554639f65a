#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { setFlagsFromString } from 'node:v8';

// V8 moves what it takes for long-lived straight to the old generation. An exchange lives for milliseconds, and once
// moved it keeps its neighbours alive until the next full collection: a third of the CPU per request went into that.
setFlagsFromString('--no-allocation-site-pretenuring');

// Start-up is mostly compiling: from the second start on it comes from the cache.
enableCompileCache();

const { runCommandLine } = await import('./cli/index.ts');
await runCommandLine(process.argv);
