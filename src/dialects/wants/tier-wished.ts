import { type TierWish, tierOfWord } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';

/**
 * The tier of service that a body asks for, in any dialect: OpenAI's and Anthropic's `service_tier`, Google's
 * `serviceTier`, and Bedrock's with a `type` in it. Only tiers are looked at, not whether the upstream has them.
 */
export function tierWishedIn(body: JsonObject): TierWish {
  const said = body['service_tier'] ?? body['serviceTier'];
  if (said === undefined || said === null) return 'open';
  const word = isJsonObject(said) ? said['type'] : said;
  return tierOfWord(typeof word === 'string' ? word : null);
}
