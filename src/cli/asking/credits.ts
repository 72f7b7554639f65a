import type { OptionValues } from 'commander';
import type { Flags } from '../../config/index.ts';
import { randomId } from '../../std/index.ts';
import { print } from '../output.ts';
import { callGateway, numberOf, showAnswer } from './call-gateway.ts';

/** Without a key of the operator's own, each call is another grant. */
export async function grantCreditsCommand(
  organization: string,
  usd: string,
  flags: Flags,
  options: OptionValues,
): Promise<void> {
  numberOf('<usd>', usd);
  const key = typeof options['idempotencyKey'] === 'string' ? options['idempotencyKey'] : randomId('grant');
  const category = options['promotional'] === true ? 'promotional' : 'paid';
  const given = { amount: usd, category, note: options['note'], expires_at: options['expires'] };
  const body = { organization_id: organization, ...given };
  const answer = await callGateway(flags, options, 'POST', '/credits/grant', body, { 'idempotency-key': key });
  showAnswer(answer, options, ({ balance, repeated }) => {
    print(`${repeated === true ? 'was granted before' : 'granted'} (${key}); the balance is ${balance} USD`);
  });
}

export async function showCreditsCommand(organization: string, flags: Flags, options: OptionValues): Promise<void> {
  const path = `/credits/info?organization_id=${encodeURIComponent(organization)}`;
  showAnswer(await callGateway(flags, options, 'GET', path), options, (body) => {
    print(
      `balance ${body['balance']}, granted ${body['granted']}, refunded ${body['refunded']}, ` +
        `expired ${body['expired']}, used ${body['used']} USD`,
    );
    for (const credit of Array.isArray(body['credits']) ? body['credits'] : [])
      print(
        [credit.created_at, credit.kind, credit.category, `${credit.amount} USD`, credit.id, credit.note ?? ''].join(
          '\t',
        ),
      );
  });
}
