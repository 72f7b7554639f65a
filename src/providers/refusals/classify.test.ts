import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AnswerHeaders } from '../answer-headers.ts';
import type { TransportFailure } from '../upstream.ts';
import { classify } from './classify.ts';

function ofStatus(status: number, body: unknown = '', headers: Record<string, string> = {}): string {
  const bytes = Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  const verdict = classify({ status, headers: new AnswerHeaders(headers, false), body: bytes });
  return `${verdict.verdict} ${verdict.cause} ${verdict.code}${verdict.cooldown ? ' cooldown' : ''}`;
}

const error = (message: string, code: string | null = null, type = 'invalid_request_error'): unknown => ({
  error: { message, type, code },
});

const ANSWERED = 'answered error upstream_error';
const CREDENTIAL = 'next credential upstream_credential cooldown';
const LIMITED = 'next rate_limit rate_limit_exceeded cooldown';
const BROKEN = 'next error upstream_error cooldown';
const SLOW = 'next timeout upstream_timeout cooldown';
const UNKNOWN = 'next error model_not_found';
const REQUEST = 'stop request invalid_request';
const TOO_LONG = 'stop context_window invalid_request';
const POLICY = 'stop content_policy invalid_request';

const byStatus: readonly [number, string][] = [
  [200, ANSWERED],
  [201, ANSWERED],
  [301, BROKEN],
  [400, REQUEST],
  [401, CREDENTIAL],
  [402, CREDENTIAL],
  [403, CREDENTIAL],
  [404, UNKNOWN],
  [405, BROKEN],
  [408, SLOW],
  [409, 'next error upstream_error'],
  [413, REQUEST],
  [415, REQUEST],
  [418, REQUEST],
  [422, REQUEST],
  [424, BROKEN],
  [425, 'next error upstream_error'],
  [429, LIMITED],
  [500, BROKEN],
  [502, BROKEN],
  [503, BROKEN],
  [504, SLOW],
  [520, BROKEN],
  [529, LIMITED],
];

test('by status alone', () => {
  for (const [status, expected] of byStatus) {
    assert.equal(ofStatus(status), expected, String(status));
    assert.equal(ofStatus(status, '<html>no JSON</html>'), expected, String(status));
    assert.equal(ofStatus(status, error('Something else went wrong.')), expected, String(status));
  }
});

/** As providers word it; the marked ones were seen on the wire. */
const worded: readonly [number, unknown, string][] = [
  [
    400,
    error(
      "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.",
      'context_length_exceeded',
    ),
    TOO_LONG,
  ],
  [
    400,
    {
      object: 'error',
      message: "This model's maximum context length is 4096 tokens.",
      type: 'BadRequestError',
      code: 400,
    },
    TOO_LONG,
  ],
  // llama.cpp
  [
    400,
    {
      error: {
        code: 400,
        message: 'request (2009 tokens) exceeds the available context size (512 tokens), try increasing it',
        type: 'exceed_context_size_error',
      },
    },
    TOO_LONG,
  ],
  [
    500,
    {
      error: {
        code: 500,
        message: 'input (4002 tokens) is too large to process. increase the physical batch size',
        type: 'server_error',
      },
    },
    TOO_LONG,
  ],
  [
    400,
    {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 208310 tokens > 200000 maximum' },
    },
    TOO_LONG,
  ],
  [
    400,
    [
      {
        error: {
          code: 400,
          message: 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).',
          status: 'INVALID_ARGUMENT',
        },
      },
    ],
    TOO_LONG,
  ],
  [413, error('Please reduce the length of the messages or completion.'), TOO_LONG],
  [
    400,
    {
      code: 'invalid-argument',
      error: "This model's maximum prompt length is 131072 but the request contains 537812 tokens.",
    },
    TOO_LONG,
  ],
  [400, { message: 'too many tokens: total number of tokens in the prompt cannot exceed 4081' }, TOO_LONG],
  [
    422,
    { error: 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096', error_type: 'validation' },
    TOO_LONG,
  ],
  [400, error('Range of input length should be [1, 30720]'), TOO_LONG],
  [400, error('Invalid request: Your request exceeded model token limit: 8192'), TOO_LONG],
  [400, error('The response was filtered.', 'content_filter'), POLICY],
  [
    400,
    { error: { code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation' }, message: '' } },
    POLICY,
  ],
  [400, error('Your request was rejected as a result of our safety system.'), POLICY],
  [
    403,
    {
      error: {
        code: 403,
        message: 'x requires moderation on OpenAI. Your input was flagged for "violence".',
        metadata: { reasons: ['violence'] },
      },
    },
    POLICY,
  ],
  [400, error('Content Exists Risk'), POLICY],
  [400, { code: 'data_inspection_failed', message: 'Input data may contain inappropriate content.' }, POLICY],
  [
    429,
    error(
      'You exceeded your current quota, please check your plan and billing details.',
      'insufficient_quota',
      'insufficient_quota',
    ),
    CREDENTIAL,
  ],
  [429, error('Rate limit reached for gpt-4o', 'rate_limit_exceeded', 'tokens'), LIMITED],
  [
    413,
    error(
      'Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 9000',
      'rate_limit_exceeded',
      'tokens',
    ),
    LIMITED,
  ],
  [
    400,
    {
      type: 'error',
      error: { type: 'invalid_request_error', message: 'Your credit balance is too low to access the Anthropic API.' },
    },
    CREDENTIAL,
  ],
  // xAI, Gemini: seen
  [
    400,
    {
      code: 'invalid-argument',
      error: 'Incorrect API key provided. You can obtain an API key from https://console.x.ai.',
    },
    CREDENTIAL,
  ],
  [
    400,
    [
      {
        error: {
          code: 400,
          message: 'API key not valid. Please pass a valid API key.',
          status: 'INVALID_ARGUMENT',
          details: [{ reason: 'API_KEY_INVALID' }],
        },
      },
    ],
    CREDENTIAL,
  ],
  [401, { detail: 'Invalid API Key' }, CREDENTIAL],
  [403, error('Forbidden', 'forbidden'), CREDENTIAL],
  [402, error('Insufficient Balance', 'invalid_request_error', 'unknown_error'), CREDENTIAL],
  // Mistral, OpenRouter, xAI, Venice, Groq, Cohere: seen
  [
    400,
    { object: 'error', message: 'Invalid model: definitely-not-a-model', type: 'invalid_model', code: '1500' },
    UNKNOWN,
  ],
  [400, { error: { code: 400, message: 'openai/gpt-nonexistent is not a valid model ID' } }, UNKNOWN],
  [400, { error: { code: 400, message: 'Model no-such/embedding-model does not exist' } }, UNKNOWN],
  [400, { code: 'invalid-argument', error: 'Model not found: grok-nonexistent' }, UNKNOWN],
  [404, { error: 'Specified model not found: x. Did you mean: y?' }, UNKNOWN],
  [404, error('The model `x` does not exist or you do not have access to it.', 'model_not_found'), UNKNOWN],
  // Of the error codes that StepFun, Sarvam, MiniMax and Z.ai document
  [
    451,
    { error: { message: 'The content you provided or machine outputted is blocked.', type: 'censorship_blocked' } },
    POLICY,
  ],
  [429, { error: { message: 'No credits available', code: 'insufficient_quota_error' } }, CREDENTIAL],
  [429, { error: { type: 'insufficient_balance_error', message: 'insufficient balance (1008)' } }, CREDENTIAL],
  [400, { error: { code: '1211', message: 'Unknown Model, please check the model code.' } }, UNKNOWN],
  // SGLang, LM Studio, GitHub Models, Cloudflare
  [
    400,
    { object: 'error', message: "The input (9000 tokens) is longer than the model's context length (4096 tokens)." },
    TOO_LONG,
  ],
  [400, { error: 'Try to load the model with a larger context length, or provide a shorter input.' }, TOO_LONG],
  [413, error('Request body too large for gpt-4.1 model. Max size: 8000 tokens.', 'tokens_limit_reached'), TOO_LONG],
  [
    413,
    {
      success: false,
      errors: [
        {
          code: 5021,
          message:
            'AiError: The estimated number of input and maximum output tokens (9000) exceeded this model context window limit (7968).',
        },
      ],
    },
    TOO_LONG,
  ],
  [400, { success: false, errors: [{ code: 5007, message: 'AiError: No such model @cf/x/y or task' }] }, UNKNOWN],
  [400, { code: 20012, message: 'Model does not exist. Please check it carefully.', data: null }, UNKNOWN],
  // OpenAI, Groq, DeepSeek, doubleword: seen, and about the request
  [
    400,
    error("Unsupported value: 'messages[0].role' does not support 'system' with this model.", 'unsupported_value'),
    REQUEST,
  ],
  [400, error('Tool choice is required, but model did not call a tool', 'tool_use_failed'), REQUEST],
  [
    400,
    error(
      'Failed to deserialize the JSON body into the target type: messages[0]: unknown variant `image_url`',
      'invalid_request_error',
    ),
    REQUEST,
  ],
  [
    400,
    { code: 400, message: 'Validation: Temperature must be between 0 and 2, got 100', type: 'Bad Request' },
    REQUEST,
  ],
  [400, error('Too many inputs in request, split into more batches.', '3210'), REQUEST],
  // A server's trouble stays one, whatever it says.
  [500, error('model not found', 'model_not_found'), BROKEN],
  [503, error('content_filter', 'content_filter'), BROKEN],
  [529, { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } }, LIMITED],
  [503, { error: { code: 503, message: 'The model is overloaded.', status: 'RESOURCE_EXHAUSTED' } }, LIMITED],
];

test('by what the error says', () => {
  for (const [status, body, expected] of worded) assert.equal(ofStatus(status, body), expected, JSON.stringify(body));
});

const failures: readonly [Partial<TransportFailure> & Pick<TransportFailure, 'kind'>, string][] = [
  [{ kind: 'connect' }, 'next error upstream_unreachable cooldown'],
  [{ kind: 'connect-timeout' }, 'next timeout upstream_unreachable cooldown'],
  [{ kind: 'first-byte-timeout' }, SLOW],
  [{ kind: 'idle-timeout', afterHead: true, afterData: true }, SLOW],
  [{ kind: 'total-timeout' }, SLOW],
  [{ kind: 'reset' }, 'next error upstream_unreachable cooldown'],
  [{ kind: 'reset', reused: true }, 'same-again error upstream_unreachable'],
  [{ kind: 'reset', reused: true, afterHead: true }, 'next error upstream_unreachable cooldown'],
  [{ kind: 'ended-early', afterHead: true }, 'next error upstream_ended cooldown'],
  [{ kind: 'bad-response' }, 'next error upstream_invalid cooldown'],
  [{ kind: 'first-byte-timeout', isCallersLimit: true }, SLOW.replace(' cooldown', '')],
  [{ kind: 'aborted' }, BROKEN.replace(' cooldown', '')],
];

test('by how the transport failed', () => {
  for (const [given, expected] of failures) {
    const failure: TransportFailure = {
      message: '',
      origin: '',
      afterHead: false,
      afterData: false,
      reused: false,
      ...given,
    };
    const verdict = classify({ failure });
    assert.equal(
      `${verdict.verdict} ${verdict.cause} ${verdict.code}${verdict.cooldown ? ' cooldown' : ''}`,
      expected,
      JSON.stringify(given),
    );
  }
  assert.equal(classify({ invalidAnswer: true }).code, 'upstream_invalid');
});

test("what Amazon Bedrock's exceptions mean, named in a header or in the body", () => {
  const exceptions: readonly [number, string, string, string][] = [
    [429, 'ThrottlingException', 'Too many tokens, please wait before trying again.', LIMITED],
    [400, 'ThrottlingException', 'Your request was throttled.', LIMITED],
    [429, 'ModelNotReadyException', 'Model is not ready for inference.', LIMITED],
    [400, 'ServiceQuotaExceededException', 'Your request exceeds the service quota.', LIMITED],
    [403, 'AccessDeniedException', "You don't have access to the model with the specified model ID.", CREDENTIAL],
    [400, 'ExpiredTokenException', 'The security token included in the request is expired.', CREDENTIAL],
    [400, 'UnrecognizedClientException', 'The security token included in the request is invalid.', CREDENTIAL],
    [408, 'ModelTimeoutException', 'Model has timed out in processing the request.', SLOW],
    [424, 'ModelErrorException', 'The system encountered an unexpected error during processing.', BROKEN],
    [500, 'InternalServerException', 'The system encountered an unexpected error.', BROKEN],
    [503, 'ServiceUnavailableException', 'Bedrock is unable to process your request.', BROKEN],
    [404, 'ResourceNotFoundException', 'The model is not found.', UNKNOWN],
    [400, 'ValidationException', 'The provided model identifier is invalid.', UNKNOWN],
    [
      400,
      'ValidationException',
      'Invocation of model ID anthropic.claude-3-5-sonnet-20241022-v2:0 with on-demand throughput isn’t supported. Retry your request with the ID or ARN of an inference profile that contains this model.',
      UNKNOWN,
    ],
    [400, 'ValidationException', 'Input is too long for requested model.', TOO_LONG],
    [400, 'ValidationException', 'Malformed input request: #: required key [messages] not found.', REQUEST],
  ];
  for (const [status, name, message, expected] of exceptions) {
    const header = { 'x-amzn-errortype': `${name}:http://internal.amazon.com/coral/com.amazon.bedrock/` };
    assert.equal(ofStatus(status, { message }, header), expected, message);
    assert.equal(ofStatus(status, { __type: `com.amazon.bedrock#${name}`, message }), expected, message);
  }
});

test('a credential that could not be had: the next candidate, and a rest for this one', () => {
  const verdict = {
    verdict: 'next',
    cause: 'credential',
    code: 'upstream_credential',
    about: 'credential',
    cooldown: true,
  };
  assert.deepEqual(classify({ noCredential: true }), { ...verdict, retryAfterMs: null });
});

test('an account without money, and a provider without room, are no limits of rate', () => {
  const kinds: readonly [number, unknown, string][] = [
    [429, error('You exceeded your current quota', 'insufficient_quota', 'insufficient_quota'), CREDENTIAL],
    [400, error('Billing hard limit has been reached', 'billing_hard_limit_reached'), CREDENTIAL],
    [429, { error: { code: '1113', message: '' } }, CREDENTIAL],
    [498, { message: 'invalid token' }, CREDENTIAL],
    [498, error('Flex tier capacity exceeded', 'capacity_exceeded'), LIMITED],
    [499, { message: 'request cancelled' }, 'next error upstream_error'],
    [404, { error: { code: 'DeploymentNotFound', message: 'The API deployment does not exist.' } }, UNKNOWN],
    [503, error('Slow down', 'slow_down'), LIMITED],
    [504, { type: 'error', error: { type: 'timeout_error', message: '' } }, SLOW],
    [403, { type: 'error', error: { type: 'permission_error', message: '' } }, CREDENTIAL],
    [403, error('Country, region, or territory not supported', 'unsupported_country_region_territory'), CREDENTIAL],
    [
      400,
      {
        error: { code: 400, status: 'FAILED_PRECONDITION', message: 'User location is not supported for the API use.' },
      },
      CREDENTIAL,
    ],
  ];
  for (const [status, body, expected] of kinds) assert.equal(ofStatus(status, body), expected, JSON.stringify(body));
});
