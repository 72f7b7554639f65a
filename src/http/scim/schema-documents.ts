import { ENTERPRISE, GROUP, USER } from './schema-ids.ts';

/** RFC 7643 7: what a directory may send, and what becomes of it. */

type Attribute = Readonly<Record<string, unknown>>;

const PLAIN = {
  type: 'string',
  multiValued: false,
  required: false,
  caseExact: false,
  mutability: 'readWrite',
  returned: 'default',
  uniqueness: 'none',
};

function attribute(name: string, description: string, more: Attribute = {}): Attribute {
  return { ...PLAIN, name, description, ...more };
}

function complex(
  name: string,
  description: string,
  subAttributes: readonly Attribute[],
  more: Attribute = {},
): Attribute {
  return attribute(name, description, { type: 'complex', subAttributes, ...more });
}

function several(name: string, description: string, ...more: readonly Attribute[]): Attribute {
  const usual = [
    attribute('value', 'The value'),
    attribute('type', 'Such as work or home'),
    attribute('primary', 'The one to use', { type: 'boolean' }),
    attribute('display', 'For people'),
  ];
  return complex(name, description, [...usual, ...more], { multiValued: true });
}

const NAME = ['formatted', 'familyName', 'givenName', 'middleName', 'honorificPrefix', 'honorificSuffix'];
const ADDRESS = ['formatted', 'streetAddress', 'locality', 'region', 'postalCode', 'country'];

const user = {
  id: USER,
  name: 'User',
  description: 'A user: whose keys and tokens call models',
  attributes: [
    attribute('userName', 'Its name in the directory', { required: true, uniqueness: 'server' }),
    attribute('displayName', "The user's alias"),
    attribute('active', 'False: blocked, with its keys, tokens and sessions', { type: 'boolean' }),
    complex(
      'name',
      'Kept, and the alias where there is no displayName',
      NAME.map((each) => attribute(each, 'Kept')),
    ),
    several('emails', "The primary one is the user's address"),
    ...['nickName', 'profileUrl', 'title', 'userType', 'preferredLanguage', 'locale', 'timezone'].map((each) =>
      attribute(each, 'Kept'),
    ),
    ...['phoneNumbers', 'ims', 'photos', 'entitlements', 'roles'].map((each) => several(each, 'Kept')),
    several('addresses', 'Kept', ...ADDRESS.map((each) => attribute(each, 'Kept'))),
    complex(
      'groups',
      'The teams that it is in',
      [attribute('value', 'The id of the team'), attribute('display', 'Its alias')],
      {
        multiValued: true,
        mutability: 'readOnly',
      },
    ),
  ],
};

const enterprise = {
  id: ENTERPRISE,
  name: 'EnterpriseUser',
  description: 'What organizations say of users; kept',
  attributes: [
    ...['employeeNumber', 'costCenter', 'organization', 'division', 'department'].map((each) =>
      attribute(each, 'Kept'),
    ),
    complex('manager', 'Kept', [attribute('value', 'Its id'), attribute('$ref', 'Where it is', { type: 'reference' })]),
  ],
};

const group = {
  id: GROUP,
  name: 'Group',
  description: 'A team: its budgets, limits and models hold for what its members do for it',
  attributes: [
    attribute('displayName', "The team's alias", { required: true, uniqueness: 'server' }),
    complex('members', 'Its members', [attribute('value', 'The id of the user'), attribute('type', 'User')], {
      multiValued: true,
    }),
  ],
};

export const schemaDocuments = [user, enterprise, group];
