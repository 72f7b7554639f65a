import type { Installation } from '../install.ts';
import type { Tool } from '../scenario.ts';

export type Start = {
  /** Of the gateway, without a path. */
  readonly url: string;
  readonly key: string;
  readonly model: string;
  /** A new one for every pair; the program starts in `home/project`. */
  readonly home: string;
  readonly prompt: string;
  /** Goes on with the conversation before. */
  readonly goOn: boolean;
};

export type Command = {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Before it is started the first time: path in `home`, and contents. */
  readonly files: Readonly<Record<string, string>>;
};

/** A program that people use, run without a person: one prompt in, its answer on the standard output. */
export type Program = {
  /** With the dialect, where it speaks several. */
  readonly name: string;
  readonly installation: Installation;
  /** In `node_modules/.bin`. */
  readonly bin: string;
  readonly tool: Tool;
  /** Models that it asks by names of its own. */
  readonly alsoAsks?: readonly string[];
  /** What it echoes of a seal: all, or those that are somewhere in its dialect. */
  readonly echoesSeals: boolean;
  readonly command: (start: Start) => Command;
};
