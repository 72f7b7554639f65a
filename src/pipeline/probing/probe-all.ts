import type { Deployment } from '../../catalog/index.ts';
import type { Rooms } from '../rooms.ts';
import { type Probe, probeChat, probeModels } from './probe-deployment.ts';

export type ProbedDeployment = Probe & { readonly deployment: Deployment };

type ProbeRooms = Pick<Rooms, 'policies' | 'transportOf' | 'clock' | 'health'>;

/** At once; a gateway in front of hundreds must not call them all in the same moment. */
const MAX_AT_ONCE = 8;

/**
 * Asks these deployments, and tells their health. Lists are asked for once for each credential. `billed`: those that
 * have no list to ask for, and those that rest, are sent a chat.
 */
export async function probeAll(
  deployments: readonly Deployment[],
  billed: boolean,
  rooms: ProbeRooms,
): Promise<readonly ProbedDeployment[]> {
  const lists = new Map<string, Promise<Probe>>();
  const probe = async (deployment: Deployment): Promise<ProbedDeployment> => {
    const list = lists.get(deployment.credential) ?? probeModels(deployment, rooms);
    lists.set(deployment.credential, list);
    const listed = await list;
    const rests = rooms.health.standing(deployment, rooms.clock.monotonicMs()).state !== 'closed';
    const wantsChat = billed && (listed.way === 'none' || (rests && listed.found === 'well'));
    const found = wantsChat ? await probeChat(deployment, rooms) : listed;
    tellHealth(deployment, found, rooms);
    return { deployment, ...found };
  };
  const circuits = new Map(deployments.map((deployment) => [deployment.circuit, deployment]));
  return inTurns([...circuits.values()], MAX_AT_ONCE, probe);
}

function tellHealth(
  deployment: Deployment,
  { found, transient }: Probe,
  { health, policies, clock }: ProbeRooms,
): void {
  const nowMs = clock.monotonicMs();
  const leavesOut = policies().probes?.leavesOut ?? null;
  if (transient && leavesOut?.ignoresTransient === true) return;
  health.probed(deployment, found, nowMs);
  if (found === 'unknown' && !transient) return;
  health.markProbe(deployment, found !== 'well', nowMs);
}

/** The deployments of these models, or of all that are configured. */
export function deploymentsToProbe(models: readonly string[] | null, { policies }: ProbeRooms): readonly Deployment[] {
  const { catalog } = policies();
  const chosen = models === null ? catalog.configured() : models.flatMap((name) => catalog.resolve(name) ?? []);
  return chosen.flatMap(({ deployments }) => deployments);
}

async function inTurns<In, Out>(all: readonly In[], atOnce: number, run: (one: In) => Promise<Out>): Promise<Out[]> {
  const done: Out[] = [];
  for (let at = 0; at < all.length; at += atOnce)
    done.push(...(await Promise.all(all.slice(at, at + atOnce).map(run))));
  return done;
}
