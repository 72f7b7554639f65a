import { readFile } from 'node:fs/promises';
import type { Configuration } from './config/index.ts';
import { type Connections, openAsk, openMetadataAsk } from './network/index.ts';
import type { Surroundings } from './providers/index.ts';
import { systemClock } from './std/index.ts';

/**
 * What the search for a cloud's credential may touch: the variables of the configuration of now, and the connections
 * that calls go over, too.
 */
export function openSurroundings(now: () => Configuration, connections: Connections): Surroundings {
  return {
    get environment() {
      return now().cloudVariables;
    },
    readText,
    ask: openAsk(connections),
    askMetadata: openMetadataAsk(),
    clock: systemClock,
  };
}

async function readText(path: string): Promise<string | null> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
