import { productOf, type Source, type Violation } from './source.ts';

export type Manifest = { readonly [key: string]: unknown };

const LISTS = ['dependencies', 'devDependencies', 'optionalDependencies'];

/** `architecture` is null while there is no such document. */
export function dependencies(sources: readonly Source[], manifest: Manifest, architecture: string | null): Violation[] {
  const at = 'package.json';
  const entriesOf = (list: string): [string, string][] => Object.entries(manifest[list] ?? {});
  const shipped = new Set(entriesOf('dependencies').map(([name]) => name));
  const otherLists = Object.keys(manifest).filter((key) => /dependencies/i.test(key) && !LISTS.includes(key));
  return [
    ...otherLists.map((key) => ({ at, message: `${key}: use ${LISTS.join(', ')} only` })),
    ...LISTS.flatMap(entriesOf).flatMap(([name, version]) => [
      ...(/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version) ? [] : [{ at, message: `${name} ${version}: pin one version` }]),
      ...(architecture === null || architecture.includes(`\`${name}\``)
        ? []
        : [{ at, message: `${name}: say in ARCHITECTURE.md, under Dependencies, why it is here` }]),
    ]),
    ...productOf(sources).flatMap(({ imports, says }) =>
      imports
        .filter(({ path, specifier }) => path === null && specifier !== '?' && !specifier.startsWith('node:'))
        .filter(({ specifier }) => !shipped.has(/^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? ''))
        .map(({ specifier, offset }) => says(offset, `${specifier} is not under dependencies: add it, or do without`)),
    ),
  ];
}
