import type { DeploymentRow, NewModel } from '../../api/deployments.ts';
import { type Field, type FieldValues, newBody } from '../../form/field.ts';
import { decimalUsd, nanoOf } from '../../format/money.ts';
import { m } from '../../messages/index.ts';

const words = m.models.form;

/** `credentials`: names that may be chosen, the empty one for none. */
export function deploymentFields(credentials: readonly string[]): readonly Field[] {
  const choices = { '': words.noCredential, ...Object.fromEntries(credentials.map((name) => [name, name])) };
  return [
    { id: 'model_name', kind: 'text', label: words.name, hint: words.nameHint, isRequired: true, isFixed: true },
    { id: 'model', kind: 'text', label: words.model, hint: words.modelHint, isRequired: true },
    { id: 'litellm_credential_name', kind: 'choice', label: words.credential, choices },
    { id: 'api_base', kind: 'text', label: words.address, hint: words.addressHint },
    { id: 'input_cost_per_token', kind: 'usd', label: words.input, hint: words.priceHint },
    { id: 'output_cost_per_token', kind: 'usd', label: words.output },
    { id: 'max_input_tokens', kind: 'count', label: words.context },
    { id: 'max_output_tokens', kind: 'count', label: words.maxOutput },
    { id: 'rpm', kind: 'count', label: words.rpm, hint: words.limitHint },
    { id: 'tpm', kind: 'count', label: words.tpm },
    { id: 'max_parallel_requests', kind: 'count', label: words.parallel },
    { id: 'weight', kind: 'number', label: words.weight, hint: words.weightHint },
    { id: 'order', kind: 'count', label: words.order, hint: words.orderHint },
  ];
}

/** The least price that there is, a picodollar for a token, needs so many. */
const PICO_DIGITS = 12;
const PRICES = ['input_cost_per_token', 'output_cost_per_token'] as const;
const OF_INFO: ReadonlySet<string> = new Set(['max_input_tokens', 'max_output_tokens']);

/** What the form shows of a stored deployment: prices for a million tokens. */
export function formRow({ model_name: name, litellm_params: params, model_info: info }: DeploymentRow) {
  const said = Object.fromEntries([...OF_INFO].map((id) => [id, info[id]]));
  const prices = Object.fromEntries(PRICES.map((id) => [id, perMillion(params[id] ?? info[id])]));
  return { ...params, ...said, ...prices, model_name: name };
}

function perMillion(perToken: unknown): string | null {
  return typeof perToken === 'number' ? decimalUsd(nanoOf(`${perToken.toFixed(PICO_DIGITS)}e6`)) : null;
}

export function newModelOf(fields: readonly Field[], values: FieldValues): NewModel {
  const { model_name: name, ...given } = newBody(fields, values);
  return { model_name: String(name), ...sorted(given) };
}

/** Only what differs from what was there: the rest stays, and another address would drop what is secret. */
export function changedModelOf(fields: readonly Field[], before: FieldValues, values: FieldValues) {
  const [old, now] = [newBody(fields, before), newBody(fields, values)];
  const differing = fields.filter(
    ({ id, isFixed }) => isFixed !== true && String(old[id] ?? '') !== String(now[id] ?? ''),
  );
  return sorted(Object.fromEntries(differing.map(({ id }) => [id, now[id] ?? null])));
}

function sorted(given: Readonly<Record<string, unknown>>): Omit<NewModel, 'model_name'> {
  const written = Object.entries(given).map(([id, value]) => [id, isPrice(id) ? perToken(value) : value] as const);
  const info = written.filter(([id]) => OF_INFO.has(id));
  return {
    litellm_params: Object.fromEntries(written.filter(([id]) => !OF_INFO.has(id))),
    ...(info.length === 0 ? {} : { model_info: Object.fromEntries(info) }),
  };
}

const isPrice = (id: string): boolean => (PRICES as readonly string[]).includes(id);

/** The decimal point moves in the text: a division would leave 3.0000000000000004e-6. */
function perToken(usdPerMillion: unknown): number | null {
  return usdPerMillion === null ? null : Number(`${usdPerMillion}e-6`);
}
