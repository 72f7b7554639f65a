import type { Violation } from './source.ts';

type Lock = {
  readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean; readonly dev?: boolean }>>;
};

/**
 * `npm ci` runs our own `prepare`, which builds the dashboard, and with it whatever script a package brings. These two
 * are the SDKs of tests: one checks its own types, the other warns of its version.
 */
const MAY_RUN = new Set(['node_modules/@openrouter/sdk', 'node_modules/protobufjs']);

/** A package whose script runs on the machine of whoever installs is the way in of most poisoned ones. */
export function installScripts(lock: Lock): Violation[] {
  return Object.entries(lock.packages)
    .filter(([path, { hasInstallScript = false, dev = false }]) => hasInstallScript && !(dev && MAY_RUN.has(path)))
    .map(([path]) => ({
      at: 'package-lock.json',
      message: `${path} runs a script when it is installed: do without it, or give the reason in test/tidy/rules-packages.ts`,
    }));
}

const SERVER = /from\s+'((?:\.\.\/)+src\/[^']+)'/g;

/** The dashboard is built without the server: it knows of it what the contracts say, as types. */
export function dashboardImports(files: Readonly<Record<string, string>>): Violation[] {
  return Object.entries(files).flatMap(([at, text]) =>
    [...text.matchAll(SERVER)]
      .filter(({ 0: whole, 1: path = '', index }) => {
        const isContract = /\/http\/[\w-]+\/contract[\w-]*\.ts$/.test(path);
        const statement = text.slice(text.lastIndexOf('import', index), index + whole.length);
        return !isContract || !statement.startsWith('import type');
      })
      .map(({ 1: path }) => ({ at, message: `${path}: import types of http/*/contract*.ts only` })),
  );
}
