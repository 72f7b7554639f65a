import { type Document, isScalar, LineCounter, parseDocument, visit, type YAMLError } from 'yaml';
import type { ConfigurationFault } from '../fault.ts';
import type { ConfigurationNode, Place } from './configuration-node.ts';
import { YamlNodes } from './yaml-nodes.ts';

export type YamlDocument =
  | { readonly ok: true; readonly node: ConfigurationNode }
  | { readonly ok: false; readonly faults: readonly ConfigurationFault[] };

/** Reads YAML 1.2, of which JSON is a part. `file` is the name that messages give. */
export function parseYaml(file: string, text: string): YamlDocument {
  const lines = new LineCounter();
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  try {
    const document = parseDocument(text, { merge: true, lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
    const problems = [...document.errors, ...document.warnings];
    if (problems.length > 0) return { ok: false, faults: syntaxFaults(document, text, problems, placeAt) };
    const nodes = new YamlNodes(placeAt);
    const node = nodes.convert(document.contents);
    return nodes.faults.length > 0 ? { ok: false, faults: nodes.faults } : { ok: true, node };
  } catch (error) {
    // The parser recurses: 10,000 opening brackets exhaust the stack.
    if (!(error instanceof RangeError)) throw error;
    return { ok: false, faults: [{ ...placeAt(0), message: 'expected less nesting' }] };
  }
}

type PlaceAt = (offset: number) => Place;

/** One fault, for all that follows a syntax error is a consequence of it; but every key that stands twice is named. */
function syntaxFaults(
  document: Document,
  text: string,
  problems: readonly YAMLError[],
  placeAt: PlaceAt,
): readonly ConfigurationFault[] {
  const unquoted = unquotedReference(document, text);
  if (unquoted !== null) return [{ ...placeAt(unquoted.offset), message: `quote it: "${unquoted.text}"` }];
  const repeated = problems.filter((problem) => problem.code === 'DUPLICATE_KEY');
  if (repeated.length === problems.length) {
    return repeated.map((problem) => ({
      ...placeAt(problem.pos[0]),
      message: `the key ${keyAt(text, problem.pos[0])} stands here twice`,
    }));
  }
  const first = problems.find((problem) => problem.code !== 'DUPLICATE_KEY');
  if (first === undefined) return [];
  return [{ ...placeAt(first.pos[0]), message: `not valid YAML: ${first.message.split('\n')[0] ?? first.code}` }];
}

function keyAt(text: string, offset: number): string {
  return `'${/^[^:\n]*/.exec(text.slice(offset, offset + 80))?.[0].trim() ?? ''}'`;
}

/** `${NAME}` inside `{ }` or `[ ]`: YAML takes its brace for the start of another mapping. */
function unquotedReference(document: Document, text: string): { offset: number; text: string } | null {
  let found: { offset: number; text: string } | null = null;
  visit(document, {
    Scalar(_key, node) {
      if (!isScalar(node) || node.type !== 'PLAIN' || !node.range) return undefined;
      const [start, end] = node.range;
      if (text[end - 1] !== '$' || text[end] !== '{') return undefined;
      const whole = /^[^{}\n]*\$\{[^}\n]*\}[^\s,\]}]*/.exec(text.slice(start, start + 400))?.[0];
      if (whole === undefined) return undefined;
      found = { offset: start, text: whole };
      return visit.BREAK;
    },
  });
  return found;
}
