import type { Caller } from '../inference/index.ts';
import type { KeyTerms } from './key-terms.ts';

export function kindOf(terms: KeyTerms): Caller['kind'] {
  if (terms.isScim === true) return 'scim-key';
  return terms.isManagement === true ? 'management-key' : 'virtual-key';
}
