import type { Generator } from '../load/generator.ts';
import type { Options } from '../options.ts';
import type { Running, Site, Target } from '../targets/target.ts';

export type Setting = { readonly site: Site; readonly generator: Generator; readonly options: Options };

/** A target that has been started and stays up through all rounds. */
export type Contender = { readonly target: Target; readonly running: Running };

/** Figures by name; any error voids them. */
export type Measurement = { readonly figures: Readonly<Record<string, number>>; readonly errors: readonly string[] };

export type Measure = (contender: Contender, setting: Setting) => Promise<Measurement>;
