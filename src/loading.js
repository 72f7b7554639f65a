import { enableCompileCache, registerHooks } from 'node:module';

/**
 * How a process, and each thread for itself, comes by its modules.
 *
 * Start-up is mostly that: from the second start on they come compiled from the cache, types already taken out. Ours name
 * one another by the exact file, so what Node would ask the file system for first (does it exist, is it a link, what does
 * the nearest package.json say) is known: 0.07 ms and 6 kB for each of some hundred modules.
 */
export function loadSwiftly() {
  enableCompileCache();
  registerHooks({
    resolve: (specifier, { parentURL }, next) =>
      isOwn(specifier, parentURL)
        ? { url: new URL(specifier, parentURL).href, format: 'module-typescript', shortCircuit: true }
        : next(specifier),
  });
}

/** @type {(specifier: string, parentURL: string | undefined) => boolean} */
function isOwn(specifier, parentURL) {
  return parentURL !== undefined && specifier.startsWith('.') && specifier.endsWith('.ts');
}
