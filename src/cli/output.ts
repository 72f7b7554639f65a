/** Standard output is for what was asked for, standard error for everything else. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, (_name, item) => (typeof item === 'bigint' ? String(item) : item), 2));
}
