#!/usr/bin/env node
import { enableCompileCache } from 'node:module';

// Start-up is mostly compiling: from the second start on it comes from the cache.
enableCompileCache();

const { runCommandLine } = await import('./cli/index.ts');
await runCommandLine(process.argv);
