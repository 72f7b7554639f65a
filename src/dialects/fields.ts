import { GatewayError } from '../inference/index.ts';
import { isJsonObject, type JsonObject } from '../std/index.ts';

/** What a field must be if it is there at all; `null` counts as absent, as the official APIs have it. */
export type FieldRule = { readonly expected: string; readonly holds: (value: unknown) => boolean };

export const isText: FieldRule = { expected: 'a string', holds: (value) => typeof value === 'string' };
export const isBoolean: FieldRule = { expected: 'true or false', holds: (value) => typeof value === 'boolean' };
export const isNumber: FieldRule = { expected: 'a number', holds: (value) => typeof value === 'number' };
export const isList: FieldRule = { expected: 'an array', holds: Array.isArray };
export const isObject: FieldRule = { expected: 'an object', holds: isJsonObject };
export const isTextOrList: FieldRule = {
  expected: 'a string or an array',
  holds: (value) => typeof value === 'string' || Array.isArray(value),
};

/** A whole number between two bounds, both included. */
export function isInteger(least: number, most: number): FieldRule {
  return {
    expected: `a whole number from ${least} to ${most}`,
    holds: (value) => Number.isInteger(value) && Number(value) >= least && Number(value) <= most,
  };
}

export type FieldRules = readonly (readonly [name: string, rule: FieldRule])[];

/** Fields that are not in the table pass: tomorrow's parameters must work today. */
export function requireFields(body: JsonObject, rules: FieldRules, at = ''): void {
  for (const [name, rule] of rules) {
    const value = body[name];
    if (value === undefined || value === null || rule.holds(value)) continue;
    throw wrongType(`${at}${name}`, rule.expected, value);
  }
}

export function wrongType(param: string, expected: string, value: unknown): GatewayError {
  const message = `Invalid type for '${param}': expected ${expected}, but got ${describe(value)} instead.`;
  return new GatewayError('invalid_request', message, { param });
}

export function missingField(param: string): GatewayError {
  return new GatewayError('invalid_request', `Missing required parameter: '${param}'.`, { param });
}

function describe(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'an object' : `${typeof value} ${JSON.stringify(value).slice(0, 40)}`;
}
