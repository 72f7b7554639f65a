import type { GatewayError } from '../../inference/index.ts';
import { frameEvent } from '../framing/framing.ts';
import type { Framing } from '../framing/wire-event.ts';

type Exception = { readonly name: string; readonly status: number };

/**
 * Amazon Bedrock's exceptions, as they are called in a plain answer; in a stream they begin with a small letter. The
 * first row with a status is what that status goes out as.
 */
const EXCEPTIONS: readonly Exception[] = [
  { name: 'ValidationException', status: 400 },
  { name: 'AccessDeniedException', status: 403 },
  { name: 'ResourceNotFoundException', status: 404 },
  { name: 'ModelTimeoutException', status: 408 },
  { name: 'ModelErrorException', status: 424 },
  { name: 'ModelStreamErrorException', status: 424 },
  { name: 'ThrottlingException', status: 429 },
  { name: 'ModelNotReadyException', status: 429 },
  { name: 'InternalServerException', status: 500 },
  { name: 'ServiceUnavailableException', status: 503 },
];

/** Those that the event streams of Converse and InvokeModel may hold. */
const IN_STREAMS: ReadonlySet<string> = new Set([
  'ValidationException',
  'ThrottlingException',
  'InternalServerException',
  'ModelStreamErrorException',
  'ServiceUnavailableException',
]);

/** AWS names the exception in a header; its SDKs take `__type` in the body as well. */
export function encodeBedrockError(error: GatewayError): Buffer {
  return Buffer.from(JSON.stringify({ __type: exceptionOf(error.status), message: error.message }));
}

/** An exception ends an event stream: nothing follows it. */
export function encodeBedrockErrorEvent(error: GatewayError, framing: Framing): Buffer {
  const exception = exceptionOf(error.status);
  const inStream = IN_STREAMS.has(exception) ? exception : 'ModelStreamErrorException';
  const name = inStream.charAt(0).toLowerCase() + inStream.slice(1);
  return frameEvent(framing, { name, data: JSON.stringify({ message: error.message }) });
}

/** The status of an exception event by its name, in either spelling; null: it is none. */
export function statusOfException(name: string): number | null {
  if (!name.endsWith('Exception')) return null;
  const plain = name.charAt(0).toUpperCase() + name.slice(1);
  return EXCEPTIONS.find((row) => row.name === plain)?.status ?? 500;
}

function exceptionOf(status: number): string {
  const known = EXCEPTIONS.find((row) => row.status === status);
  if (known !== undefined) return known.name;
  // 401 and 402 are about who pays and who may; the other statuses that Bedrock has no word for go by their class.
  if (status === 401 || status === 402) return 'AccessDeniedException';
  return status < 500 ? 'ValidationException' : 'ServiceUnavailableException';
}
