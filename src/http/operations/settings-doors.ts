import { type Route, route } from '../route.ts';

/** What runs here, and every setting that it runs by. */
export type RunningFacts = {
  readonly version: string;
  readonly node: string;
  readonly store: 'sqlite' | 'postgres';
  readonly dataFolder: string;
  readonly schema: string;
  /** The main one first. */
  readonly files: readonly string[];
  readonly notices: readonly string[];
  readonly settings: readonly {
    readonly name: string;
    readonly value: string | null;
    readonly source: string;
    readonly at: string | null;
    readonly description: string | null;
  }[];
};

/** LiteLLM's `/config/list` has what a LiteLLM file calls them; this has all, by the names of our own. */
export function settingsRoutes(facts: () => RunningFacts): readonly Route[] {
  return [
    route({
      method: 'GET',
      path: '/config/settings',
      summary: 'Every setting that is in force, masked, and where it was said; what runs, and on which store.',
      action: 'settings.read',
      answer: () => {
        const { dataFolder, ...others } = facts();
        return { body: { ...others, data_folder: dataFolder } };
      },
    }),
  ];
}
