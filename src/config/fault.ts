/** One thing wrong with the configuration. Positions count from 1; null where there is no place in a file. */
export type ConfigurationFault = {
  readonly file: string | null;
  readonly line: number | null;
  readonly column: number | null;
  /** What was wrong and what would be right, in one line. */
  readonly message: string;
};

/** `waybill.yaml:2:13: line 2: what is wrong`: the first part for editors, the second for people. */
export function formatFault(fault: ConfigurationFault): string {
  const place = [fault.file, fault.line, fault.column].filter((part) => part !== null).join(':');
  const line = fault.line === null ? '' : `line ${fault.line}: `;
  return place === '' ? fault.message : `${place}: ${line}${fault.message}`;
}
