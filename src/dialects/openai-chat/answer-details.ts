import type { Citation, ImagePart, TokenLogprob } from '../../inference/index.ts';
import { isJsonObject, type JsonObject } from '../../std/index.ts';
import { asNumber, asObject, asObjects, asText, asTexts } from '../loosely.ts';
import { readUrl, writeUrl } from '../media.ts';

/** `annotations` of a message or a delta. OpenRouter writes 0 for both offsets where it knows none. */
export function decodeAnnotations(annotations: unknown): readonly Citation[] {
  if (!Array.isArray(annotations)) return [];
  return asObjects(annotations).flatMap((annotation) => {
    const cited = asObject(annotation['url_citation']);
    if (annotation['type'] !== 'url_citation' || cited === null) return [];
    const start = asNumber(cited['start_index']);
    const end = asNumber(cited['end_index']);
    const isKnown = start !== null && end !== null && end > start;
    return {
      url: asText(cited['url']),
      title: asText(cited['title']),
      citedText: asText(cited['content']),
      start: isKnown ? start : null,
      end: isKnown ? end : null,
    };
  });
}

/** The schema demands all four members; a source without an address has no place here. */
export function encodeAnnotation({ url, title, citedText, start, end }: Citation): JsonObject | null {
  if (url === null) return null;
  const cited = { url, title: title ?? '', start_index: start ?? 0, end_index: end ?? 0 };
  return { type: 'url_citation', url_citation: citedText === null ? cited : { ...cited, content: citedText } };
}

/** Perplexity lists its sources beside the choices, and their titles once more apart. */
export function decodeSources(body: JsonObject): readonly Citation[] {
  const { citations } = body;
  if (!Array.isArray(citations)) return [];
  const results = asObjects(body['search_results']);
  return citations.flatMap((url: unknown) => {
    if (typeof url !== 'string') return [];
    const title = asText(results.find((result) => result['url'] === url)?.['title']);
    return { url, title, citedText: null, start: null, end: null };
  });
}

export function decodeLogprobs(logprobs: unknown): readonly TokenLogprob[] | null {
  if (!isJsonObject(logprobs)) return null;
  if (Array.isArray(logprobs['tokens'])) return decodeOldLogprobs(logprobs);
  const tokens = [...asObjects(logprobs['content']), ...asObjects(logprobs['refusal'])];
  return tokens.length === 0
    ? null
    : tokens.map((token) => ({ ...logprobOf(token), top: asObjects(token['top_logprobs']).map(logprobOf) }));
}

/** Text completions have columns where chat has rows, and a map of the alternatives. */
function decodeOldLogprobs({ tokens, token_logprobs: logprobs, top_logprobs: tops }: JsonObject): TokenLogprob[] {
  const [values, alternatives] = [logprobs, tops].map((list) => (Array.isArray(list) ? (list as unknown[]) : []));
  return asTexts(tokens).map((token, at) => {
    const top = Object.entries(asObject(alternatives?.[at]) ?? {});
    return {
      token,
      logprob: asNumber(values?.[at]) ?? 0,
      bytes: null,
      top: top.map(([other, logprob]) => ({ token: other, logprob: asNumber(logprob) ?? 0, bytes: null })),
    };
  });
}

function logprobOf(token: JsonObject): Omit<TokenLogprob, 'top'> {
  const bytes = token['bytes'];
  return {
    token: asText(token['token']) ?? '',
    logprob: asNumber(token['logprob']) ?? 0,
    bytes: Array.isArray(bytes) ? bytes.filter((byte) => typeof byte === 'number') : null,
  };
}

export function encodeLogprobs(tokens: readonly TokenLogprob[] | null): JsonObject | null {
  if (tokens === null) return null;
  return { content: tokens.map(({ top, ...token }) => ({ ...token, top_logprobs: top })), refusal: null };
}

/** Pictures in an answer, as OpenRouter has them beside its text. */
export function decodeImages(images: unknown): readonly ImagePart[] {
  return asObjects(images).flatMap((image) => {
    const url = asText(asObject(image['image_url'])?.['url']);
    return url === null ? [] : { type: 'image' as const, ...readUrl(url), detail: null };
  });
}

export function encodeImage({ media, mediaType }: ImagePart): JsonObject | null {
  const url = writeUrl(media, mediaType ?? 'image/png');
  return url === null ? null : { type: 'image_url', image_url: { url } };
}
