import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { direct } from './direct.ts';
import { nginx } from './nginx.ts';
import { nodeRelay } from './node-relay.ts';
import type { Target } from './target.ts';
import { waybillFull } from './waybill-full.ts';
import { waybillOff } from './waybill-off.ts';
import { waybillOn } from './waybill-on.ts';

const builtIn: readonly Target[] = [direct, nginx, nodeRelay, waybillOff, waybillOn];

/** Measured where they are named. */
const furtherTargets: readonly Target[] = [waybillFull];

export const defaultTargets: readonly string[] = builtIn.map((target) => target.name);

export class UnknownTarget extends Error {}

/** A built-in name, or the path of a module that exports a `target`. */
export async function findTarget(name: string): Promise<Target> {
  const found = [...builtIn, ...furtherTargets].find((target) => target.name === name);
  if (found !== undefined) return found;
  if (!/\.[cm]?[jt]s$/.test(name))
    throw new UnknownTarget(`no target is called ${name}; there are ${defaultTargets.join(', ')}`);
  const module = (await import(pathToFileURL(resolve(name)).href)) as { target?: Target };
  if (module.target === undefined) throw new UnknownTarget(`${name} does not export a target`);
  return module.target;
}
