import { styleText } from 'node:util';
import type { Clock } from '../std/index.ts';

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

export type Log = {
  readonly [Level in Exclude<LogLevel, 'silent'>]: (message: string, facts?: Readonly<Record<string, unknown>>) => void;
};

export type LogOptions = {
  readonly level: LogLevel;
  /** A terminal gets coloured lines, anything else JSON lines. */
  readonly pretty: boolean;
  readonly clock: Clock;
  readonly write: (line: string) => void;
};

const RANK: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3, silent: 4 };
const COLOUR = { debug: 'gray', info: 'cyan', warn: 'yellow', error: 'red' } as const;

/** The program's own log, to standard error. Neither secrets nor prompts are ever handed to it. */
export function openLog({ level, pretty, clock, write }: LogOptions): Log {
  const at = (lineLevel: Exclude<LogLevel, 'silent'>) => {
    if (RANK[lineLevel] < RANK[level]) return () => undefined;
    return (message: string, facts: Readonly<Record<string, unknown>> = {}): void => {
      const time = new Date(clock.nowMs()).toISOString();
      write(
        pretty
          ? prettyLine(lineLevel, time, message, facts)
          : `${JSON.stringify({ time, level: lineLevel, message, ...plain(facts) })}\n`,
      );
    };
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

function prettyLine(
  level: Exclude<LogLevel, 'silent'>,
  time: string,
  message: string,
  facts: Readonly<Record<string, unknown>>,
): string {
  const shown = Object.entries(plain(facts)).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return `${styleText('gray', time.slice(11, 23))} ${styleText(COLOUR[level], level.padEnd(5))} ${message}${shown.length === 0 ? '' : ` ${styleText('gray', shown.join(' '))}`}\n`;
}

function plain(facts: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [
      name,
      value instanceof Error ? (value.stack ?? value.message) : typeof value === 'bigint' ? String(value) : value,
    ]),
  );
}
