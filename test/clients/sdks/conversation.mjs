import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** What a start is told, and what is left of the one before it. Copied beside the script of each SDK. */
const { GATEWAY_URL, GATEWAY_KEY, GATEWAY_MODEL, GATEWAY_PROMPT, GATEWAY_DIALECT } = process.env;
export const url = GATEWAY_URL;
export const key = GATEWAY_KEY;
export const model = GATEWAY_MODEL;
export const prompt = GATEWAY_PROMPT;
export const dialect = GATEWAY_DIALECT;

const FILE = 'conversation.json';
export const said = existsSync(FILE) ? JSON.parse(readFileSync(FILE, 'utf8')) : [];

export function keep(messages) {
  writeFileSync(FILE, JSON.stringify(messages));
}

export const shell = {
  name: 'shell',
  description: 'Runs a command.',
  schema: { type: 'object', properties: { command: { type: 'string' } }, required: ['command'] },
  run: ({ command }) => (command.startsWith('printf') ? 'waybill-42' : `what is ${command}?`),
};
