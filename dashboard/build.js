import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** An installation without development dependencies has no Vite, and brings its built files along. */
function hasVite() {
  try {
    createRequire(import.meta.url).resolve('vite');
    return true;
  } catch {
    return false;
  }
}

if (hasVite()) {
  const { build } = await import('vite');
  await build({ root: dirname(fileURLToPath(import.meta.url)) });
}
