import { type NanoUsd, nanoFromUsd } from '../../std/index.ts';

/** A row of LiteLLM's as JSON has it. Its columns differ from version to version: whatever is not there reads as null. */
export type LitellmRow = Readonly<Record<string, unknown>>;

/** Says what of a row cannot come. `restricts`: without it more would be let through. */
export type Say = (field: string, reason: string, restricts?: boolean) => void;

export function textIn(row: LitellmRow, name: string): string | null {
  const value = row[name];
  return typeof value === 'string' && value !== '' ? value.replaceAll('\0', '') : null;
}

export function textsIn(row: LitellmRow, name: string): readonly string[] {
  const value = row[name];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string' && each !== '') : [];
}

export function mappingIn(row: LitellmRow, name: string): LitellmRow {
  const value = row[name];
  // Some of its columns hold JSON as text.
  const read = typeof value === 'string' ? parsed(value) : value;
  return typeof read === 'object' && read !== null && !Array.isArray(read) ? (read as LitellmRow) : {};
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Timestamps without a zone, which are UTC. null: there is none. */
export function instantIn(row: LitellmRow, name: string): number | null {
  const text = textIn(row, name);
  if (text === null) return null;
  const ms = Date.parse(/(?:Z|[+-]\d\d:?\d\d)$/.test(text) ? text : `${text}Z`);
  return Number.isFinite(ms) ? ms : null;
}

/** Budgets are kept in whole nanodollars below 2^53 of them. */
const MOST_USD = 9_000_000;

export function usdIn(row: LitellmRow, name: string, say: Say): NanoUsd | null {
  const value = row[name];
  if (value === null || value === undefined || value === '') return null;
  const usd = Number(value);
  if (!Number.isFinite(usd) || usd < 0) {
    say(name, `${String(value)} is no amount; 0 USD is taken`);
    return 0n;
  }
  if (usd <= MOST_USD) return nanoFromUsd(usd);
  say(name, `more than ${MOST_USD} USD cannot be kept; that much is taken`);
  return nanoFromUsd(MOST_USD);
}

export function rateIn(row: LitellmRow, name: string, say: Say): number | null {
  const value = row[name];
  if (value === null || value === undefined || value === '') return null;
  const rate = Math.floor(Number(value));
  if (Number.isSafeInteger(rate) && rate > 0) return rate;
  say(name, `${String(value)} is no limit here; 1, the least, is taken`);
  return 1;
}

/** Whether a setting says anything: `false`, nothing and what is empty do not. */
export function isSaid(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return false;
  return typeof value !== 'object' || Object.keys(value).length > 0;
}
