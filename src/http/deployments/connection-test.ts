import type { ModelBook } from '../../administration/index.ts';
import { type Route, route } from '../route.ts';
import { testConnectionBody } from './contract-deployment.ts';

const ID = 'connection-test';

/** One short call to a deployment that need not be there. */
export function connectionTestRoutes(book: ModelBook): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/health/test_connection',
      summary: 'Send one call of one token to a deployment as it is given here, at the cost of its credential.',
      action: 'model.create',
      body: testConnectionBody,
      answer: async ({ body: { litellm_params: params, model_info: info } }) => {
        const proposed = { id: ID, model: ID, params, info: { ...info?.facts, team_id: undefined } };
        const { isWell, status, tookMs, message } = await book.test(proposed);
        const result = {
          upstream_status: status,
          took_ms: Math.round(tookMs),
          ...(isWell ? {} : { error: message ?? 'It cannot be asked.' }),
        };
        return { body: { status: isWell ? 'success' : 'error', result } };
      },
    }),
  ];
}
