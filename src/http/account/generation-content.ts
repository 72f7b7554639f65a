import { attemptStatus, type ExchangeEvent, type KeptContent } from '../../telemetry/index.ts';
import { asChat } from '../management/as-chat.ts';
import { saidIn, wordsOf } from '../management/shown-content.ts';
import { type Reader, shownAttempts } from '../management/shown-routing.ts';

/** What a generation said, in the words of the request as it came; the answer's in one text. */
export async function generationContent(event: ExchangeEvent, content: KeptContent, reader: Reader) {
  const said = saidIn(JSON.parse(content.request.json));
  const { answer } = await asChat(content, event);
  return {
    input: typeof said === 'string' ? { prompt: said } : { messages: Array.isArray(said) ? said : [] },
    output: wordsOf(answer),
    error: event.errorCode === null ? null : errorOf(event, content, reader),
  };
}

function errorOf(event: ExchangeEvent, { answer }: KeptContent, reader: Reader) {
  const failed = shownAttempts(event, reader).filter(({ outcome }) => outcome !== 'answered');
  return {
    message: event.errorMessage,
    // The last of them is the error itself.
    previous_errors: failed.slice(0, -1).map((attempt) => ({
      code: attemptStatus(attempt),
      message: attempt.error ?? attempt.outcome,
      provider_name: attempt.provider,
      raw: null,
    })),
    provider_name: event.provider ?? failed.at(-1)?.provider ?? null,
    raw: answer?.json ?? null,
    status: event.status,
  };
}
