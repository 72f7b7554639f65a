import { GatewayError } from '../../inference/index.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  mo: 2_592_000_000,
};

/** LiteLLM's durations: `30s`, `30m`, `30h`, `30d`, `30w`, `1mo` (30 days). null: for ever. */
export function durationMs(text: string | null | undefined): number | null {
  if (text === null || text === undefined || text === '-1') return null;
  const match = /^(\d+)(s|mo|m|h|d|w)$/.exec(text.trim());
  const [, count, unit] = match ?? [];
  const ms = Number(count) * (UNIT_MS[unit ?? ''] ?? Number.NaN);
  if (!Number.isFinite(ms))
    throw new GatewayError(
      'invalid_request',
      `'duration' must be like 30s, 30m, 30h, 30d, 30w or 1mo, not '${text}'.`,
      { param: 'duration' },
    );
  return ms;
}
