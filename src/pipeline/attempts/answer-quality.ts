import { askedStructure, declaredTools } from '../../dialects/index.ts';
import type { Observation } from '../../metering/index.ts';
import { type AnswerQuality, judgeCalls, judgeStructure } from '../../routing/index.ts';
import type { JsonObject } from '../../std/index.ts';
import type { Exchange } from '../exchange.ts';

/** The end of the turn is a token by itself. */
const MOST_EMPTY_TOKENS = 1;

/** What an answer says of who gave it. Tools are read off the request only where the answer calls some. */
export function answerQuality({ request }: Pick<Exchange, 'request'>, seen: Observation): AnswerQuality {
  const { calls, finishReason } = seen;
  const judged = calls.length === 0 || request === null ? null : judgeCalls(calls, declaredTools(request.body));
  return {
    calls: judged,
    structure: request === null ? null : structureOf(request.body, seen),
    isEmpty: finishReason?.unified === 'error' || isEmpty(seen),
  };
}

/** Of an answer that ended well: one that was cut, refused, or calls tools first, was never to be the JSON asked for. */
function structureOf(asked: JsonObject, { texts, calls, finishReason }: Observation): AnswerQuality['structure'] {
  if (texts.length === 0 || calls.length > 0 || finishReason?.unified !== 'stop') return null;
  const schema = askedStructure(asked);
  return schema === null ? null : judgeStructure(texts, schema);
}

/** Pictures are no bytes of text, but many tokens; thoughts that are not shown are tokens, too, and no answer. */
function isEmpty({ calls, contentBytes, finishReason, usage }: Observation): boolean {
  if (finishReason?.unified !== 'stop' || contentBytes > 0 || calls.length > 0) return false;
  return usage !== null && usage.outputTokens - usage.reasoningTokens <= MOST_EMPTY_TOKENS;
}
