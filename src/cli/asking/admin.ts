import type { OptionValues } from 'commander';
import type { Flags } from '../../config/index.ts';
import { print } from '../output.ts';
import { callGateway, showAnswer } from './call-gateway.ts';

export async function adminLinkCommand(flags: Flags, options: OptionValues): Promise<void> {
  const answer = await callGateway(flags, options, 'POST', '/auth/link', {});
  showAnswer(answer, options, ({ url, expires_at: until }) => {
    print(`${url}\n(for one use, until ${until})`);
  });
}
