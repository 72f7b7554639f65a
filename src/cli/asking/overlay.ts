import type { OptionValues } from 'commander';
import type { Flags } from '../../config/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { print } from '../output.ts';
import { callGateway, numberOf, showAnswer } from './call-gateway.ts';

/** `more`: the weight, or the USD. */
export async function layOverlayCommand(
  set: string,
  [kind, id, more]: readonly string[],
  flags: Flags,
  options: OptionValues,
): Promise<void> {
  const common = { set, kind, id, expires: options['for'], reason: options['reason'] };
  const body = {
    ...common,
    ...(set === 'weight' ? { weight: numberOf('<weight>', more) } : {}),
    ...(set === 'budget' ? { usd: numberOf('<usd>', more) } : {}),
    ...(set === 'limit' ? { limits: limitsOf(options) } : {}),
  };
  showAnswer(await callGateway(flags, options, 'POST', '/overlay/new', body), options, (laid) => print(lineOf(laid)));
}

function limitsOf(options: OptionValues) {
  return {
    rpm: numberOf('--rpm', options['rpm']),
    tpm: numberOf('--tpm', options['tpm']),
    parallel: numberOf('--parallel', options['parallel']),
  };
}

export async function listOverlaysCommand(flags: Flags, options: OptionValues): Promise<void> {
  showAnswer(await callGateway(flags, options, 'GET', '/overlay/list'), options, ({ overlays }) => {
    for (const overlay of Array.isArray(overlays) ? overlays : []) if (isJsonObject(overlay)) print(lineOf(overlay));
  });
}

export async function endOverlaysCommand(ids: readonly string[], flags: Flags, options: OptionValues): Promise<void> {
  const answer = await callGateway(flags, options, 'POST', '/overlay/delete', { overlay_ids: ids });
  showAnswer(answer, options, () => {
    for (const id of ids) print(`ended: ${id}`);
  });
}

function lineOf({
  overlay_id: id,
  set,
  kind,
  id: target,
  weight,
  limits,
  usd,
  reason,
  by,
  expires_at: until,
}: JsonObject) {
  const value = weight ?? usd ?? (limits === undefined ? '' : JSON.stringify(limits));
  const what = [set, kind, target, ...(value === '' ? [] : [value])].join(' ');
  return [id, what, `until ${until}`, `by ${by}`, reason].join('\t');
}
