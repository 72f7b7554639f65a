import { z } from 'zod';
import { factFields, regionField } from './schema-facts.ts';
import { amount, count, duration, flag, headers, mapping, names, pattern, text, weight } from './schema-values.ts';

const prices = {
  input: amount.optional().describe('USD per million input tokens'),
  output: amount.optional().describe('USD per million output tokens'),
  cache_read: amount.optional().describe('USD per million input tokens read from the cache; default: as input'),
  cache_write: amount.optional().describe('USD per million input tokens written to the cache; default: as input'),
};

const tier = mapping({ above: count(1).describe('Above this many input tokens these prices hold instead'), ...prices });

export const price = z
  .union(
    [
      z.literal('free'),
      mapping({
        ...prices,
        reasoning: amount.optional().describe('USD per million reasoning tokens; default: as output'),
        input_audio: amount.optional().describe('USD per million input tokens of audio; default: as input'),
        output_audio: amount.optional().describe('USD per million output tokens of audio; default: as output'),
        request: amount.optional().describe('USD per request'),
        tiers: z
          .array(tier)
          .refine((tiers) => tiers.every((entry, index) => entry.above > (tiers[index - 1]?.above ?? 0)), {
            error: "expected tiers in ascending order of 'above'",
          })
          .optional()
          .describe('Prices of long prompts, ascending'),
      }),
    ],
    { error: "expected 'free' or a mapping of prices" },
  )
  .describe('USD per million tokens, or free. Default: found by base_model, the upstream name, the public name');

/** What it does not name would cost nothing: nobody means that of a tier. */
const wholePrice = price.refine(
  (given) => given === 'free' || (given.input !== undefined && given.output !== undefined),
  { error: 'expected a price of input and of output' },
);

export const limits = mapping({
  rpm: count(1).optional().describe('Requests a minute'),
  tpm: count(1).optional().describe('Tokens a minute'),
  parallel: count(1).optional().describe('Calls at the same time'),
  wait: duration.optional().describe('For a place, before the next deployment is tried. Default 0'),
});

export const timeouts = mapping({
  connect: duration.optional().describe('Until the connection stands. Default 10s'),
  first_byte: duration.optional().describe('Until the first byte of content. Default 300s'),
  stream_first_byte: duration.optional().describe('The same of a stream. Default: first_byte'),
  idle: duration.optional().describe('Between two reads of an answer. Default 300s'),
  total: duration.optional().describe('The whole attempt. Default 3600s'),
});

/** What a deployment may say, and a model as the default of its deployments. */
const shared = {
  base_model: text.optional().describe('The name whose price and context window hold'),
  team: text.optional().describe('The id of the only team that may call it, instead of what all may call'),
  limits: limits.optional().describe('Of each deployment: above them it is passed over'),
  price: price.optional(),
  service_tiers: mapping({
    flex: wholePrice.optional().describe('Prices where service_tier is flex'),
    priority: wholePrice.optional().describe('Prices where service_tier is priority'),
  })
    .optional()
    .describe('Tiers of service that it has, each with its price'),
  context_window: count(1).optional().describe('Tokens'),
  max_output: count(1).optional().describe('Tokens'),
  timeouts: timeouts.optional(),
  headers: headers.optional().describe('Added to the requests that go upstream'),
  ...factFields,
  ...regionField,
};

export const deployment = z.union(
  [
    text,
    mapping({
      use: text.describe('credential/upstream-model'),
      weight: weight.optional().describe('Share of the calls within one priority. Default 1'),
      tag_patterns: z
        .array(pattern)
        .optional()
        .describe('Requests whose User-Agent line matches one of these regular expressions go here (routing.tags)'),
      retries: count(0, 10).optional().describe('Instead of routing.retries'),
      priority: count(1).optional().describe('2 is used only when 1 cannot. Default 1'),
      id: text.optional().describe('Default: derived from the definition'),
      ...shared,
    }),
  ],
  { error: "expected 'credential/upstream-model' or a mapping with 'use'" },
);

const deployments = z
  .union([text, z.array(deployment).min(1, { error: 'expected at least one deployment' })], {
    error: 'expected a deployment or a list of them',
  })
  .describe('Each credential/upstream-model, or a mapping with use');

export const model = z.union(
  [
    text,
    z.array(deployment).min(1, { error: 'expected at least one deployment' }),
    mapping(
      {
        deployments,
        fallbacks: mapping({
          error: names.optional().describe('When every deployment failed'),
          context_window: names.optional().describe('When the prompt is too long'),
          content_policy: names.optional().describe('When the provider refused the content'),
          rate_limit: names.optional().describe('When every deployment is at its limit'),
          budget: names.optional().describe('When the budget does not reach'),
        })
          .optional()
          .describe('Models to try instead, by cause'),
        discover: flag.optional().describe("List the models of the credential's own /v1/models. Default off"),
        hidden: flag.optional().describe('Left out of lists. Default off'),
        access_groups: names.optional().describe("Names that stand for it in the list of a key's models"),
        ...shared,
      },
      ['sell'],
    ),
  ],
  { error: "expected 'credential/upstream-model', a list of deployments or a mapping with 'deployments'" },
);
