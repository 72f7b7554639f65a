/** One thing wrong with the configuration. Positions count from 1; null where there is no place in a file. */
export type ConfigurationFault = {
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** What was wrong and what would be right, in one line. */
  readonly message: string;
};

export function formatFault(fault: ConfigurationFault): string {
  const place = [fault.file, fault.line, fault.column].filter((part) => part !== null).join(':');
  return place === '' ? fault.message : `${place}: ${fault.message}`;
}
