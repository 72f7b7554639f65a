import type { Caller } from '../inference/index.ts';
import type { KeyTerms } from './key-terms.ts';

export function kindOf(terms: KeyTerms): Caller['kind'] {
  return terms.isManagement === true ? 'management-key' : 'virtual-key';
}
