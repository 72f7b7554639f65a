import { attributePath } from './attributes.ts';
import { scimError } from './scim-error.ts';

export type Comparison = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';
export type Compared = string | number | boolean | null;

/** RFC 7644 3.4.2.2. */
export type Filter =
  | { readonly is: 'and' | 'or'; readonly of: readonly Filter[] }
  | { readonly is: 'not'; readonly of: Filter }
  | { readonly is: 'present'; readonly path: readonly string[] }
  | { readonly is: Comparison; readonly path: readonly string[]; readonly value: Compared }
  /** One value of several that fits: `emails[type eq "work"]`. */
  | { readonly is: 'within'; readonly path: readonly string[]; readonly of: Filter };

const MAX_LETTERS = 4_000;
const MAX_DEPTH = 20;
const COMPARISONS: ReadonlySet<string> = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le']);
/** In turn: blanks, brackets, texts as JSON has them, and words: names, operators, numbers. */
const TOKEN = /\s+|[()[\]]|"(?:[^"\\]|\\.)*"|[^\s()[\]"]+/gy;

/** Throws a GatewayError (400, `invalidFilter`). */
export function parseFilter(text: string): Filter {
  const tokens = tokensOf(text);
  const filter = readOr(tokens, 0);
  if (tokens.at < tokens.all.length) throw malformed(`'${tokens.all[tokens.at]}' is one too many`);
  return filter;
}

type Tokens = { readonly all: readonly string[]; at: number };

function tokensOf(text: string): Tokens {
  if (text.length > MAX_LETTERS) throw malformed(`it is longer than ${MAX_LETTERS} letters`);
  const found = text.match(TOKEN) ?? [];
  if (found.join('') !== text) throw malformed('a text in it does not end');
  return { all: found.filter((token) => token.trim() !== ''), at: 0 };
}

function readOr(tokens: Tokens, depth: number): Filter {
  return readChain(tokens, 'or', () => readChain(tokens, 'and', () => readOne(tokens, depth)));
}

function readChain(tokens: Tokens, word: 'and' | 'or', readPart: () => Filter): Filter {
  const parts = [readPart()];
  while (tokens.all[tokens.at]?.toLowerCase() === word) {
    tokens.at++;
    parts.push(readPart());
  }
  const [first] = parts;
  return parts.length === 1 && first !== undefined ? first : { is: word, of: parts };
}

function readOne(tokens: Tokens, depth: number): Filter {
  if (depth > MAX_DEPTH) throw malformed(`it is nested deeper than ${MAX_DEPTH} levels`);
  const token = next(tokens);
  if (token === '(') return closed(tokens, ')', readOr(tokens, depth + 1));
  if (token.toLowerCase() === 'not') {
    if (next(tokens) !== '(') throw malformed("after 'not' comes a bracket");
    return { is: 'not', of: closed(tokens, ')', readOr(tokens, depth + 1)) };
  }
  const path = attributePath(token);
  if (path === null || path.length === 0) throw malformed(`there is no attribute '${token}'`);
  if (tokens.all[tokens.at] === '[') {
    tokens.at++;
    return membered(tokens, path, closed(tokens, ']', readOr(tokens, depth + 1)));
  }
  return comparison(tokens, path);
}

/** Entra ID asks `emails[type eq "work"].value eq "…"`, which the RFC has in paths only. */
function membered(tokens: Tokens, path: readonly string[], of: Filter): Filter {
  const member = tokens.all[tokens.at];
  if (member?.startsWith('.') !== true) return { is: 'within', path, of };
  const name = attributePath(member.slice(1));
  if (name === null || name.length === 0) throw malformed(`there is no attribute '${member}'`);
  tokens.at++;
  return { is: 'within', path, of: { is: 'and', of: [of, comparison(tokens, name)] } };
}

function comparison(tokens: Tokens, path: readonly string[]): Filter {
  const operator = next(tokens).toLowerCase();
  if (operator === 'pr') return { is: 'present', path };
  if (!COMPARISONS.has(operator)) throw malformed(`'${operator}' is no operator`);
  return { is: operator as Comparison, path, value: comparedIn(next(tokens)) };
}

function closed(tokens: Tokens, bracket: string, filter: Filter): Filter {
  if (next(tokens) !== bracket) throw malformed(`a '${bracket}' is missing`);
  return filter;
}

function next(tokens: Tokens): string {
  const token = tokens.all[tokens.at++];
  if (token === undefined) throw malformed('it ends too soon');
  return token;
}

function comparedIn(token: string): Compared {
  try {
    const value: unknown = JSON.parse(/^(?:true|false|null)$/i.test(token) ? token.toLowerCase() : token);
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return value as Compared;
  } catch {
    // Told below.
  }
  throw malformed(`'${token}' is no value: texts stand in double quotes`);
}

function malformed(reason: string): ReturnType<typeof scimError> {
  return scimError('invalidFilter', `The filter cannot be read: ${reason}.`);
}
