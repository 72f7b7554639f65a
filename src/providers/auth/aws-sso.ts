import { createHash } from 'node:crypto';
import { isJsonObject } from '../../std/index.ts';
import type { AwsProfile, AwsProfiles } from './aws-profile.ts';
import type { Expiring } from './keep-fresh.ts';
import { CredentialError } from './signer.ts';
import type { AwsCredentials } from './sigv4.ts';
import {
  fieldOf,
  jsonOf,
  parseDocument,
  requireText,
  type Surroundings,
  TOKEN_TIMEOUT_MS,
  variable,
} from './surroundings.ts';

/** The role of a person who has signed in with `aws sso login`: its token lies in a file until it expires. */
export async function ssoCredentials(
  profile: AwsProfile,
  profiles: AwsProfiles,
  around: Surroundings,
): Promise<Expiring<AwsCredentials>> {
  const source = 'AWS SSO';
  const { sso_session: sessionName, sso_account_id: account, sso_role_name: role } = profile;
  const session = sessionName === undefined ? profile : profiles.ssoSession(sessionName);
  const { sso_start_url: startUrl, sso_region: region } = session ?? {};
  if (!startUrl || !region || !account || !role)
    throw new CredentialError(
      `${source}: the profile lacks sso_start_url, sso_region, sso_account_id or sso_role_name`,
    );
  const token = await cachedToken(sessionName ?? startUrl, around);
  const query = new URLSearchParams({ account_id: account, role_name: role });
  const answer = await around.ask({
    method: 'GET',
    url: `https://portal.sso.${region}.amazonaws.com/federation/credentials?${query}`,
    headers: { accept: 'application/json', 'x-amz-sso_bearer_token': token },
    body: null,
    timeoutMs: TOKEN_TIMEOUT_MS,
  });
  const credentials = jsonOf(answer, source)['roleCredentials'];
  if (!isJsonObject(credentials)) throw new CredentialError(`${source} answered without credentials`);
  const { expiration } = credentials;
  return {
    value: {
      accessKeyId: fieldOf(credentials, 'accessKeyId', source),
      secretAccessKey: fieldOf(credentials, 'secretAccessKey', source),
      sessionToken: fieldOf(credentials, 'sessionToken', source),
    },
    expiresMs: typeof expiration === 'number' ? expiration : null,
  };
}

/** AWS's tools name the file by a hash of the session's name, or of the start URL where there is no session. */
async function cachedToken(key: string, around: Surroundings): Promise<string> {
  const home = variable(around, 'HOME') ?? variable(around, 'USERPROFILE') ?? '';
  const file = `${home}/.aws/sso/cache/${createHash('sha1').update(key).digest('hex')}.json`;
  const document = parseDocument(await requireText(around, file, 'AWS SSO (run aws sso login)'), file);
  const expires = Date.parse(String(document['expiresAt']));
  if (!(expires > around.clock.nowMs()))
    throw new CredentialError('AWS SSO: the sign-in has expired, run aws sso login');
  return fieldOf(document, 'accessToken', file);
}
