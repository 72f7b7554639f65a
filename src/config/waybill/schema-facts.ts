import { z } from 'zod';
import { flag, mapping, names, text } from './schema-values.ts';

const QUANTIZATIONS = ['int4', 'int8', 'fp4', 'mxfp4', 'nvfp4', 'fp6', 'fp8', 'mxfp8', 'fp16', 'bf16', 'fp32'] as const;
const MODALITIES = ['text', 'image', 'audio', 'video', 'file', 'embedding'] as const;

const modalities = z
  .array(z.enum(MODALITIES))
  .min(1, { error: 'expected at least one of text, image, audio, video, file, embedding' });

/** What requests may ask of a deployment; said of a model or a credential, it holds for all of their deployments. */
export const factFields = {
  tags: names.optional().describe('Requests with one of these tags go here (routing.tags); default: those without'),
  quantization: z.enum(QUANTIZATIONS).optional().describe('Of the weights'),
  modalities: mapping({
    input: modalities.optional().describe('What it takes: text, image, audio, video, file'),
    output: modalities.optional().describe('What it answers with: text, image, audio, embedding'),
  })
    .optional()
    .describe("Default: by the model's name, where that tells"),
  parameters: names
    .optional()
    .describe('All request parameters that it heeds, such as tools, structured_outputs, reasoning, seed'),
  distillable: flag.optional().describe("Whether the model's licence lets others train on its answers"),
  data: mapping({
    collects: flag.optional().describe('Prompts may be used for training there'),
    retains: flag.optional().describe('Prompts are kept there, if only for a while'),
  })
    .optional()
    .describe("What becomes of prompts. Default: what the provider documents; unknown counts as 'on'"),
};

/** Beside those, where the region is no option of the provider's: a credential's own `region` and `location` count. */
export const regionField = {
  region: text.optional().describe("Where it runs, such as eu-central-1 or eu. Default: the credential's"),
};

const facts = mapping({ ...factFields, ...regionField });
export type FactsEntry = z.output<typeof facts>;
