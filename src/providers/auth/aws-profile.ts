import { type Surroundings, variable } from './surroundings.ts';

export type AwsProfile = Readonly<Record<string, string>>;

export type AwsProfiles = {
  readonly profile: (name: string) => AwsProfile | null;
  readonly ssoSession: (name: string) => AwsProfile | null;
};

/**
 * The shared files of AWS's tools, as one: `credentials` names profiles as they are, `config` with `profile` in front
 * (but for `default`), and what stands in `credentials` wins.
 */
export async function readAwsProfiles(around: Surroundings): Promise<AwsProfiles> {
  const home = variable(around, 'HOME') ?? variable(around, 'USERPROFILE');
  const read = async (name: string, usual: string): Promise<ReadonlyMap<string, AwsProfile>> => {
    const path = variable(around, name) ?? (home === null ? null : `${home}/.aws/${usual}`);
    return parseIni((path === null ? null : await around.readText(path)) ?? '');
  };
  const config = await read('AWS_CONFIG_FILE', 'config');
  const credentials = await read('AWS_SHARED_CREDENTIALS_FILE', 'credentials');
  return {
    profile: (name) => {
      const configured = config.get(`profile ${name}`) ?? (name === 'default' ? config.get(name) : undefined);
      const secret = credentials.get(name);
      return configured === undefined && secret === undefined ? null : { ...configured, ...secret };
    },
    ssoSession: (name) => config.get(`sso-session ${name}`) ?? null,
  };
}

/** Lines that are indented belong to a nested setting, such as `s3`: none of ours. */
function parseIni(text: string): ReadonlyMap<string, AwsProfile> {
  const sections = new Map<string, Record<string, string>>();
  let section: Record<string, string> | null = null;
  for (const line of text.split(/\r?\n/)) {
    const [, title] = /^\[\s*([^\]]*?)\s*\]/.exec(line) ?? [];
    if (title !== undefined) {
      const name = title.replace(/\s+/g, ' ');
      section = sections.get(name) ?? {};
      sections.set(name, section);
      continue;
    }
    const [, name, value] = /^([A-Za-z_][\w.-]*)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (section !== null && name !== undefined && value !== undefined)
      section[name.toLowerCase()] = value.replace(/\s[#;].*$/, '');
  }
  return sections;
}
