import type { JsonObject } from '../../src/std/index.ts';

/**
 * One conversation, the same for every client and upstream: the model thinks, calls the client's shell, is told what
 * the command printed, and answers; the client is started again to go on with the conversation, and is answered once
 * more. The words are made up, so that each can have come from one place only.
 */
export const FIRST_PROMPT = 'Run a command of your choice in the shell and say what it prints.';
export const SECOND_PROMPT = 'Thank you. What was the first word of all that you said?';
export const COMMAND = "printf 'waybill-%d' 42";
/** What the command prints, and nobody writes. */
export const PRINTED = 'waybill-42';
export const THOUGHT = 'The shell will know.';
export const BEFORE_CALL = 'I shall run it.';
export const ANSWER = 'It prints the marmalade number.';
export const SECOND_ANSWER = 'The word was pelican.';
/** Base64, as the makers' seals are. */
export const SEAL = Buffer.from('what the model alone can read of its own thought').toString('base64');

export const TOKENS = { input: 1_200, output: 34 };
/** USD per million tokens; what a call costs is a whole number of nanodollars. */
export const PRICE = { input: 2, output: 10 };
export const COST_USD = (TOKENS.input * PRICE.input + TOKENS.output * PRICE.output) / 1e6;

/** What an upstream was asked, whatever its dialect. */
export type Asked = {
  /** Counted from 1: answers have ids of their own, and clients put together what has one id. */
  readonly number: number;
  readonly path: string;
  readonly model: string;
  readonly stream: boolean;
  readonly tools: readonly string[];
  /** Ids of the calls that are told of again; the tool's name where the dialect has no ids. */
  readonly calls: readonly string[];
  readonly results: readonly { readonly id: string; readonly text: string }[];
  /** Seals of thoughts that came back. */
  readonly seals: readonly string[];
  readonly userText: string;
  /** The schema that the answer must hold to. */
  readonly schema: unknown;
  /** As it came. */
  readonly body: JsonObject;
};

export type Said = {
  readonly thought: string | null;
  readonly text: string;
  readonly call: { readonly name: string; readonly input: object } | null;
};

/** The client's shell. */
export type Tool = { readonly name: string; readonly input: object };

/** Whether a request belongs to the conversation: clients also ask for titles, and which model they had better ask. */
export function isMain(asked: Asked, tool: Tool): boolean {
  return asked.tools.includes(tool.name);
}

export function say(asked: Asked, tool: Tool): Said {
  if (!isMain(asked, tool)) return { thought: null, call: null, text: aside(asked) };
  if (asked.userText.includes(SECOND_PROMPT)) return { thought: null, call: null, text: SECOND_ANSWER };
  if (asked.results.length > 0) return { thought: null, call: null, text: ANSWER };
  return { thought: THOUGHT, text: BEFORE_CALL, call: tool };
}

/** gemini-cli's router asks with a schema, and again until it is answered in it. */
function aside({ schema }: Asked): string {
  return schema === null ? 'A marmalade title' : JSON.stringify({ complexity_reasoning: 'Easy.', complexity_score: 1 });
}
