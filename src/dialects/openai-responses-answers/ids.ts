/** Ids are made of the exchange's: the same exchange has the same ids, however often it is encoded. */
export type IdPrefix = 'msg' | 'rs' | 'fc' | 'ctc' | 'ig' | 'cmp';

export function responseId(exchangeId: string): string {
  return `resp_${lettersOf(exchangeId)}`;
}

/** The second letters count the items of the answer. */
export function itemId(prefix: IdPrefix, exchangeId: string, index: number): string {
  return `${prefix}_${lettersOf(exchangeId)}${String(index).padStart(2, '0')}`;
}

/** OpenAI takes letters, digits, dashes and underscores, 64 of them at most. */
function lettersOf(exchangeId: string): string {
  return exchangeId.replace(/^gen-/, '').replaceAll('-', '').slice(0, 48);
}
