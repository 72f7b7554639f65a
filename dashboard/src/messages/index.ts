import { audit } from './english/audit.ts';
import { credits } from './english/credits.ts';
import { deployments } from './english/deployments.ts';
import { form } from './english/form.ts';
import { frame } from './english/frame.ts';
import { keys } from './english/keys.ts';
import { ledger } from './english/ledger.ts';
import { limits } from './english/limits.ts';
import { logs } from './english/logs.ts';
import { models } from './english/models.ts';
import { overview } from './english/overview.ts';
import { parties } from './english/parties.ts';
import { playground } from './english/playground.ts';
import { providers } from './english/providers.ts';
import { routing } from './english/routing.ts';
import { settings } from './english/settings.ts';
import { signOn } from './english/sign-on.ts';
import { start } from './english/start.ts';

const english = {
  frame,
  form,
  parties,
  overview,
  logs,
  deployments,
  models,
  keys,
  playground,
  providers,
  limits,
  routing,
  start,
  audit,
  settings,
  ledger,
  credits,
  signOn,
};

export type Messages = typeof english;

/** What the pages say. Another language is another table of the same type, chosen here. */
export const m: Messages = english;
