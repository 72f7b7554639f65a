import { GatewayError } from '../../inference/index.ts';

/** What the file says is changed in the file: the next start would undo any other change of it. */
export function managedByFile(what: string, name: string, place: string | null, param: string): GatewayError {
  const where = place === null ? '' : ` (${place})`;
  const message = `The ${what} '${name}' is managed by the configuration file${where}: change it there.`;
  return new GatewayError('conflict', message, { param });
}
