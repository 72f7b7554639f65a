import type { TestContext } from 'node:test';
import { SignatureV4 } from '@smithy/signature-v4';
import { frameEvent } from '../../src/dialects/index.ts';
import { Sha256 } from './sha256.ts';
import {
  type AnswerParts,
  answer,
  type Script,
  startUpstream,
  type Upstream,
  type UpstreamRequest,
} from './upstream.ts';

export const REGION = 'eu-central-1';
export const ACCESS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
export const EVENT_STREAM = 'application/vnd.amazon.eventstream';

/** Bedrock as far as it looks at a call before it answers: by AWS's own signer it must have the same signature. */
export function startBedrock(
  test: TestContext,
  script: Script,
  sessionToken: string | null = null,
  service = 'bedrock',
): Promise<Upstream & { readonly port: number }> {
  return startUpstream(test, async (request) => {
    const expected = await signatureOf(request, sessionToken, service);
    if (request.headers.authorization === expected) await script(request);
    else await refuse(request, 403, 'InvalidSignatureException', `It should be signed with ${expected}.`);
  });
}

export function refuse(request: UpstreamRequest, status: number, name: string, message: string): Promise<void> {
  const headers = { 'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/` };
  return answer(request, { status, headers, body: JSON.stringify({ message }) });
}

async function signatureOf(
  request: UpstreamRequest,
  sessionToken: string | null,
  service: string,
): Promise<string | undefined> {
  const { headers, method, path, body } = request;
  const names = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '')?.[1]?.split(';') ?? [];
  const signed = names.flatMap((name) => (name.startsWith('x-amz-') ? [] : [[name, String(headers[name])]]));
  const credentials = sessionToken === null ? ACCESS : { ...ACCESS, sessionToken };
  const signer = new SignatureV4({
    credentials,
    region: REGION,
    service,
    sha256: Sha256,
    applyChecksum: false,
  });
  const time = String(headers['x-amz-date']).replace(/^(....)(..)(..T..)(..)/, '$1-$2-$3:$4:');
  const own = { method, protocol: 'http:', hostname: String(headers.host), path, query: {}, body };
  const { headers: theirs } = await signer.sign(
    { ...own, headers: Object.fromEntries(signed) },
    { signingDate: new Date(time) },
  );
  return theirs['authorization'];
}

const CONVERSED = {
  output: { message: { role: 'assistant', content: [{ text: 'Grüße aus Frankfurt.' }] } },
  stopReason: 'end_turn',
  usage: { inputTokens: 12, outputTokens: 5, totalTokens: 17 },
  metrics: { latencyMs: 400 },
};

export const converseAnswer: AnswerParts = { body: JSON.stringify(CONVERSED) };

export const converseStream: AnswerParts = {
  type: EVENT_STREAM,
  body: eventStream([
    ['messageStart', { role: 'assistant' }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'Grüße ' } }],
    ['contentBlockDelta', { contentBlockIndex: 0, delta: { text: 'aus Frankfurt.' } }],
    ['contentBlockStop', { contentBlockIndex: 0 }],
    ['messageStop', { stopReason: 'end_turn' }],
    ['metadata', { usage: CONVERSED.usage, metrics: CONVERSED.metrics }],
  ]),
};

/** Cut in the middle of a frame, and of a letter. */
export const converseCuts = [7, 150, 301] as const;

export function eventStream(events: readonly (readonly [name: string, payload: object])[]): Buffer {
  return Buffer.concat(
    events.map(([name, payload]) => frameEvent('aws-event-stream', { name, data: JSON.stringify(payload) })),
  );
}
