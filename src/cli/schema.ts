import { jsonSchema } from '../config/index.ts';
import { printJson } from './output.ts';

export function schemaCommand(): void {
  printJson(jsonSchema());
}
