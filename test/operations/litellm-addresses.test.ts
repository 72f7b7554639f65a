import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { MASTER_KEY, startGateway } from '../support/gateway.ts';

/** What LiteLLM's clients ask its administration, and is answered here under the same address. */
const SERVED = `
POST /key/generate /key/service-account/generate /key/update /key/bulk_update /team/key/bulk_update /key/delete
POST /v2/key/info /key/block /key/unblock /key/regenerate /key/{id}/regenerate /key/{id}/reset_spend /key/health
GET /key/info /key/list /key/aliases
POST /user/new /user/update /user/bulk_update /user/delete
GET /user/info /v2/user/info /user/list /user/daily/activity /user/daily/activity/aggregated
GET /user/available_roles /user/available_users /user/filter/ui /invitation/info
POST /invitation/new /invitation/update /invitation/delete
POST /team/new /team/update /team/delete /team/block /team/unblock /team/member_add /team/bulk_member_add
POST /team/member_update /team/member_delete /team/model/add /team/model/delete
POST /team/permissions_update /team/permissions_bulk_update
PATCH /team/{id}
GET /team/info /team/list /v2/team/list /team/{id}/members/me /team/permissions_list /team/daily/activity
GET /team/filter/ui
POST /organization/new /organization/info /organization/member_add
PATCH /organization/update /organization/member_update
DELETE /organization/delete /organization/member_delete
GET /organization/info /organization/list /organization/daily/activity
POST /project/new /project/update
DELETE /project/delete
GET /project/info /project/list
POST /customer/new /customer/update /customer/delete /customer/block /customer/unblock
GET /customer/info /customer/list /customer/daily/activity
POST /end_user/new /end_user/update /end_user/delete /end_user/block /end_user/unblock
GET /end_user/info /end_user/list
POST /budget/new /budget/update /budget/info /budget/delete
GET /budget/list /budget/settings
POST /tag/new /tag/update /tag/info /tag/delete
GET /tag/list /tag/daily/activity /tag/distinct /tag/dau /tag/wau /tag/mau /tag/summary
POST /access_group/new
GET /access_group/list /access_group/{id}/info
PUT /access_group/{id}/update
DELETE /access_group/{id}/delete
GET /v1/models /models /v1/models/{id} /model/info /v1/model/info /v2/model/info /model_group/info
POST /model/new /model/update /model/delete /model/block /model/unblock /model_group/make_public
PATCH /model/{id}/update
GET /public/model_hub /public/model_hub/info /public/litellm_model_cost_map /get/litellm_model_cost_map
POST /credentials
GET /credentials /credentials/by_name/{id} /credentials/by_model/{id}
PATCH /credentials/{id}
DELETE /credentials/{id}
POST /fallback
GET /fallback/{id} /router/settings
DELETE /fallback/{id}
GET /spend/logs /spend/logs/v2 /spend/logs/ui /spend/logs/ui/{id} /spend/logs/session/ui
GET /spend/tags /spend/keys /spend/users
POST /spend/calculate /cost/estimate /global/spend/end_users
GET /global/spend /global/spend/logs /global/spend/keys /global/spend/models /global/spend/teams
GET /global/spend/provider /global/spend/tags /global/spend/all_tag_names /global/spend/report
GET /global/activity /global/activity/model /global/activity/exceptions /global/activity/exceptions/deployment
GET /global/all_end_users /provider/budgets
GET /health /health/services /health/backlog /metrics /cache/ping /routes
POST /health/test_connection
POST /utils/token_counter /utils/transform_request
GET /utils/supported_openai_params
GET /audit /audit/{id} /config/list /config/field/info
`;

/** The probes stand before all routes. */
const PROBES = ['/health/readiness', '/health/liveliness', '/health/liveness'];

/** What is not served stands with its reasons in a table of the guide. */
const GUIDE = readFileSync(new URL('../../docs/from-litellm.md', import.meta.url), 'utf8');
const METHODS = ['GET', 'POST', 'PATCH', 'DELETE'] as const;

type Door = readonly [method: string, path: string];

const doorsIn = (text: string): Door[] =>
  text
    .trim()
    .split('\n')
    .flatMap((line) => {
      const doors: Door[] = [];
      let method = '';
      for (const word of line.trim().split(/\s+/)) {
        if (word.startsWith('/')) doors.push([method, word]);
        else method = word;
      }
      return doors;
    });

test('every address of LiteLLM’s administration is served, or is known not to be', async (context) => {
  const gateway = await startGateway(context);
  const { routes } = JSON.parse((await gateway.get('/routes')).text) as {
    routes: readonly { readonly path: string; readonly methods: readonly string[] }[];
  };
  const known = new Set(routes.flatMap(({ path, methods }) => methods.map((method) => `${method} ${path}`)));
  const missing = doorsIn(SERVED).filter(([method, path]) => !known.has(`${method} ${path}`));
  assert.deepEqual(missing, []);
  for (const path of PROBES) assert.equal((await gateway.get(path, '')).status, 200, path);
  const leftOut = leftOutIn(GUIDE);
  assert.ok(leftOut.length > 30, `${leftOut.length}`);
  for (const path of leftOut) {
    for (const method of METHODS) {
      const answered = await fetch(gateway.url + path.replace('{id}', 'x'), {
        method,
        headers: { authorization: `Bearer ${MASTER_KEY}`, 'content-type': 'application/json' },
        ...(method === 'GET' ? {} : { body: '{}' }),
      });
      const isOther = known.has(`${method} ${path.replace(/[^/]+$/, '{id}')}`);
      if (!isOther) assert.equal(answered.status, 404, `${method} ${path}: ${await answered.text()}`);
    }
  }
});

function leftOutIn(guide: string): readonly string[] {
  const [, section = ''] = guide.split('## Addresses that are not served');
  const rows = section.split('\n').filter((line) => line.startsWith('| '));
  return rows.flatMap((row) => [...(row.split('|')[2] ?? '').matchAll(/`(\/[^`]+)`/g)].map(([, path = '']) => path));
}
