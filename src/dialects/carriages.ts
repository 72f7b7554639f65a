import type { DialectId } from '../inference/index.ts';
import { invokeCarriage } from './bedrock-invoke/carriage.ts';
import type { Carriage } from './dialect.ts';

/** The dialects that carry another one. */
export const carriages = {
  'bedrock-invoke': invokeCarriage,
} as const satisfies Partial<Record<DialectId, Carriage>>;
