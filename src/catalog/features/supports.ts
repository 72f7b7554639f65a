import type { Features } from '../model.ts';

/** Whether a parameter is heeded, by OpenRouter's name of it; null: unknown. */
export function supports({ parameters, has, lacks }: Features, parameter: string): boolean | null {
  if (has?.includes(parameter) === true) return true;
  if (lacks?.includes(parameter) === true) return false;
  return parameters === null ? null : parameters.includes(parameter);
}
