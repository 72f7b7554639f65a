import type { ModelRow } from '../../api/models.ts';
import { m } from '../../messages/index.ts';

const words = m.models.abilities;

const PARAMETERS: readonly (readonly [parameter: string, word: string])[] = [
  ['tools', words.tools],
  ['structured_outputs', words.structured],
  ['reasoning', words.reasoning],
  ['web_search_options', words.search],
];
const INPUTS: readonly (readonly [modality: string, word: string])[] = [
  ['image', words.images],
  ['audio', words.audio],
  ['file', words.files],
  ['video', words.video],
];

/** What a model can do beyond words in and words out, as far as it is known. */
export function abilitiesOf({ supported_parameters: parameters, architecture }: ModelRow): readonly string[] {
  return [
    ...PARAMETERS.filter(([parameter]) => parameters.includes(parameter)),
    ...INPUTS.filter(([modality]) => architecture.input_modalities.includes(modality)),
  ].map(([, word]) => word);
}
