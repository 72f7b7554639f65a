import { asText } from '../loosely.ts';

/** Epoch seconds of an ISO time; null: none. */
export function readCreatedAt(createdAt: unknown): number | null {
  const ms = typeof createdAt === 'string' ? Date.parse(createdAt) : Number.NaN;
  return Number.isNaN(ms) ? null : Math.floor(ms / 1000);
}

export function writeCreatedAt(epochS: number): string {
  return new Date(epochS * 1000).toISOString();
}

/**
 * Older servers give tool calls no ids. Two turns of one conversation must not share one, and their times, told to the
 * nanosecond, differ.
 */
export function callIdOf(createdAt: unknown, index: number): string {
  return `call_${(asText(createdAt) ?? '').replace(/[^0-9]/g, '')}_${index}`;
}
