import {
  type ChatRequest,
  type ContentPart,
  GatewayError,
  type ImagePart,
  type Media,
  NO_BOUNDS,
  type RequestBounds,
  type Warning,
} from '../inference/index.ts';
import { isJsonObject, type JsonObject } from '../std/index.ts';
import type { AnswerContext, ChatTranslation, EncodedRequest, UpstreamTarget } from './dialect.ts';

/**
 * The request of an exchange for one upstream, within what that takes at most: a temperature is brought down to it;
 * for images too many or too large a GatewayError names the place of the first one in the caller's own body.
 */
export function encodeWithinBounds(
  upstream: ChatTranslation,
  { request, received }: Pick<AnswerContext, 'request' | 'received'>,
  target: UpstreamTarget,
): EncodedRequest {
  const bounds = target.bounds ?? NO_BOUNDS;
  refuseImages(request, received.body, bounds, target.model);
  const lowered = withLowerTemperature(request, target);
  if (lowered === null) return upstream.encodeRequest(request, target);
  const encoded = upstream.encodeRequest(lowered.request, target);
  return { ...encoded, warnings: [lowered.warning, ...encoded.warnings] };
}

/** null: nothing is to be changed; a model that takes no temperature at all is not sent one anyway. */
function withLowerTemperature(
  request: ChatRequest,
  { model, bounds, facts }: UpstreamTarget,
): { readonly request: ChatRequest; readonly warning: Warning } | null {
  const { sampling } = request;
  const [asked, most] = [sampling.temperature, bounds?.temperature ?? null];
  if (asked === null || most === null || asked <= most || facts.takesSampling === false) return null;
  return {
    request: { ...request, sampling: { ...sampling, temperature: most } },
    warning: { field: 'sampling.temperature', message: `${model} takes ${most} at most: ${asked} became ${most}.` },
  };
}

function refuseImages(request: ChatRequest, body: JsonObject, bounds: RequestBounds, model: string): void {
  const { images: most, imageLetters } = bounds;
  if (most === null && imageLetters === null) return;
  const images = imagesOf(request);
  if (most !== null && images.length > most) {
    const told = `${model} takes ${most} images in a request; this one holds ${images.length}.`;
    throw refused(images, most, body, told, { limit: most, images: images.length });
  }
  const large = imageLetters === null ? -1 : images.findIndex(({ media }) => lettersOf(media) > imageLetters);
  if (large === -1) return;
  const letters = lettersOf((images[large] as ImagePart).media);
  const told = `${model} takes images of ${imageLetters} letters in base64 at most; this one has ${letters}.`;
  throw refused(images, large, body, told, { limit: imageLetters, letters });
}

function lettersOf(media: Media): number {
  return media.kind === 'base64' ? media.base64.length : 0;
}

/** Those in tools' results, too. */
function imagesOf({ messages }: ChatRequest): readonly ImagePart[] {
  const images: ImagePart[] = [];
  const take = (part: ContentPart): void => {
    if (part.type === 'image') images.push(part);
    else if (part.type === 'tool-result') part.content.forEach(take);
  };
  for (const { content } of messages) for (const part of content) take(part);
  return images;
}

function refused(
  images: readonly ImagePart[],
  index: number,
  body: JsonObject,
  message: string,
  metadata: JsonObject,
): GatewayError {
  const said = images.map(({ media }) => saidOf(media));
  const value = said[index] ?? '';
  const nth = said.slice(0, index).filter((other) => other === value).length;
  const param = placesOf(value, body)[nth];
  const at = param === undefined ? '' : `Invalid '${param}': `;
  return new GatewayError('invalid_request', `${at}${message}`, { param, metadata });
}

function saidOf(media: Media): string {
  if (media.kind === 'base64') return media.base64;
  return media.kind === 'url' ? media.url : media.id;
}

/**
 * Where the body says it, in the order of the body: paths that end with the last place in a list, for whatever the
 * dialect, that is where an image stands (`messages[3].content[1]`, `contents[0].parts[2]`, `messages[0].images[1]`).
 */
function placesOf(said: string, body: JsonObject): readonly string[] {
  const places: string[] = [];
  const look = (value: unknown, path: string, place: string): void => {
    if (typeof value === 'string') {
      if (value === said || (value.endsWith(said) && value.startsWith('data:'))) places.push(place);
    } else if (Array.isArray(value)) {
      value.forEach((each, index) => {
        look(each, `${path}[${index}]`, `${path}[${index}]`);
      });
    } else if (isJsonObject(value)) {
      for (const name in value) look(value[name], path === '' ? name : `${path}.${name}`, place);
    }
  };
  look(body, '', '');
  return places;
}
