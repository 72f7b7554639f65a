import type { DialectId } from '../../../src/inference/index.ts';
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
  /** In `node_modules/.bin`; null: a script that Node runs, which finds the packages beside itself. */
  readonly bin: string | null;
  readonly tool: Tool;
  /** Models that it asks by names of its own. */
  readonly alsoAsks?: readonly string[];
  /** The seals that it brings back, for which its dialect has a place and it a memory. */
  readonly echoesSeals: readonly ('thought' | 'call')[];
  /**
   * When it is started again: all seals, or those of answers that pass through in its own dialect. They name the
   * upstream's model, and translated ones the model that was asked for.
   */
  readonly forgetsSeals?: 'all' | DialectId;
  /** false: it leaves ids out, for its maker's API goes by names; the gateway counts the calls then. */
  readonly echoesIds: boolean;
  readonly command: (start: Start) => Command;
};
