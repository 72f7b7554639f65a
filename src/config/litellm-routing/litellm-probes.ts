import type { ProbesConfiguration } from '../configuration.ts';
import type { LitellmSection } from '../litellm/litellm-section.ts';
import { notHonoured } from '../litellm/litellm-unsupported.ts';
import type { Reading } from '../reading/reading.ts';

const LITELLM_PROBES_MS = 300_000;

type Sections = Readonly<Record<'router' | 'general', LitellmSection>>;

/** Its checks call every model; ours ask what costs nothing. */
export function litellmProbes({ router, general }: Sections, reading: Reading): ProbesConfiguration | null {
  const everyMs = general.milliseconds('health_check_interval') ?? LITELLM_PROBES_MS;
  const leavesOut = leavesOutOf({ router, general }, everyMs);
  if (general.flag('background_health_checks') === true) return { everyMs, models: null, billed: false, leavesOut };
  const section = general.flag(ENABLED) === true ? general : router;
  const node = leavesOut === null ? null : section.node(ENABLED);
  if (node !== null)
    reading.notices.push(
      notHonoured(`${section.name}.${ENABLED}`, node.keyPlace ?? node.place, 'background_health_checks is off'),
    );
  return null;
}

const ENABLED = 'enable_health_check_routing';

/** With an `allowed_fails_policy` failed checks count towards rests, and leave nobody out by themselves: LiteLLM's rule. */
function leavesOutOf({ router, general }: Sections, everyMs: number): ProbesConfiguration['leavesOut'] {
  const isOn = general.flag(ENABLED) ?? router.flag(ENABLED);
  if (isOn !== true || router.node('allowed_fails_policy') !== null) return null;
  const stale = 'health_check_staleness_threshold';
  const transient = 'health_check_ignore_transient_errors';
  return {
    staleMs: general.milliseconds(stale) ?? router.milliseconds(stale) ?? 2 * everyMs,
    ignoresTransient: (general.flag(transient) ?? router.flag(transient)) === true,
  };
}
