import type { Filter } from './filter.ts';

/** Regions that an area's name does not begin, by how the clouds call them: Google's, then Azure's. */
const AREAS: Readonly<Record<string, RegExp>> = {
  eu: /^(?:europe-|(?:west|north)europe$|(?:france|germany|sweden|italy|poland|spain|austria|denmark|belgium))/,
  us: /^(?:us-|(?:east|west|central|northcentral|southcentral|westcentral)us\d?$|global-us)/,
};

/** Where prompts may go is a matter of trust, as what becomes of them is: a place that is not known is not the one. */
export const region: Filter = {
  id: 'region',
  field: 'allowed_model_region',
  objectionsTo: ({ preferences }) => {
    const { region: wanted } = preferences;
    if (wanted === null) return null;
    return ({ region: own }) => {
      if (own === null) return `it is not known where it runs, and the region must be ${wanted}`;
      return isWithinRegion(own, wanted) ? null : `it runs in ${own}, and the region must be ${wanted}`;
    };
  },
};

/** `eu-central-1` lies within `eu`; a region lies within itself. */
export function isWithinRegion(own: string, wanted: string): boolean {
  return own === wanted || own.startsWith(`${wanted}-`) || AREAS[wanted]?.test(own) === true;
}
