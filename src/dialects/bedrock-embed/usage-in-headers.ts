import { noUsage, type Usage } from '../../inference/index.ts';
import { asCount } from '../loosely.ts';

const INPUT_TOKENS = 'x-amzn-bedrock-input-token-count';

/** InvokeModel counts in a header whatever its body says; Cohere's says nothing (vercel/ai#15973). */
export function usageInHeaders(header: (name: string) => string | null): Usage | null {
  const written = header(INPUT_TOKENS);
  const inputTokens = written === null || written === '' ? null : asCount(Number(written));
  return inputTokens === null
    ? null
    : { ...noUsage, inputTokens, source: 'provider', raw: { [INPUT_TOKENS]: inputTokens } };
}
