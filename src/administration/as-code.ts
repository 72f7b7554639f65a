import { type Desired, type MadeKey, openReconciler, type Reconciler } from '../access/index.ts';
import { asActor, type Log } from '../telemetry/index.ts';

/** What the configuration says of whom there is cannot be: nothing of it was done. */
export class ManagedFault extends Error {
  override readonly name = 'ManagedFault';
  readonly faults: readonly string[];

  constructor(faults: readonly string[]) {
    super(faults.join('; '));
    this.faults = faults;
  }
}

/** Whom and which keys the configuration has, kept in the database as it has them. */
export type AsCode = {
  /** Throws a ManagedFault, and changes nothing, where it cannot be. null: nothing is said. */
  readonly take: (desired: Desired | null) => Promise<void>;
};

export type AsCodeOptions = Parameters<typeof openReconciler>[0] & {
  readonly log: Log;
  /** Their secrets are known now and never again. */
  readonly showMadeKeys: (made: readonly MadeKey[]) => void;
};

const CONFIGURATION = { id: 'configuration', changedBy: null, ip: null };

export function openAsCode(options: AsCodeOptions): AsCode {
  const reconciler = openReconciler(options);
  return {
    take: async (desired) => {
      if (desired !== null) await asActor(CONFIGURATION, () => take(reconciler, desired, options));
    },
  };
}

async function take(reconciler: Reconciler, desired: Desired, { log, showMadeKeys }: AsCodeOptions): Promise<void> {
  const reconciled = await reconciler.reconcile(desired);
  if (reconciled.outcome === 'faulty') throw new ManagedFault(reconciled.faults);
  const { steps, made, other } = reconciled;
  const told = [...steps.parties.map(({ kind, ...step }) => ({ kind, ...step })), ...steps.keys.map(keyTold)];
  const changed = told.filter(({ verb }) => verb !== 'move');
  if (made.length > 0) showMadeKeys(made);
  if (changed.length === 0) return;
  for (const { kind, name, at, isTaken } of told)
    if (isTaken) log.warn(`the ${kind} was made over the API; the configuration has it now`, { name, at });
  if (other !== null) {
    const { instance, atMs } = other;
    const at = new Date(atMs).toISOString();
    log.warn('another configuration was the last to say who there is; now it is this one', { instance, at });
  }
  log.info('who there is was brought up to the configuration', {
    made: namesOf(changed, 'create'),
    changed: namesOf(changed, 'change'),
    removed: namesOf(changed, 'delete'),
  });
}

function keyTold<Step extends object>(step: Step): Step & { readonly kind: 'key' } {
  return { kind: 'key', ...step };
}

function namesOf(
  steps: readonly { readonly verb: string; readonly kind: string; readonly name: string }[],
  verb: string,
): readonly string[] {
  return steps.flatMap((step) => (step.verb === verb ? [`${step.kind} ${step.name.replace('\n', '/')}`] : []));
}
