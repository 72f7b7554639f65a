/** What a model or its server takes of a request at most, as it is documented; null: nothing is said of it. */
export type RequestBounds = {
  readonly temperature: number | null;
  /** In one request, with those of the turns before. */
  readonly images: number | null;
  /** Letters of one image in base64: what the makers measure, whatever the picture itself weighs. */
  readonly imageLetters: number | null;
};

export const NO_BOUNDS: RequestBounds = { temperature: null, images: null, imageLetters: null };

/** What passes both. */
export function tighterBounds(one: RequestBounds, other: RequestBounds): RequestBounds {
  return {
    temperature: lower(one.temperature, other.temperature),
    images: lower(one.images, other.images),
    imageLetters: lower(one.imageLetters, other.imageLetters),
  };
}

function lower(one: number | null, other: number | null): number | null {
  if (one === null || other === null) return one ?? other;
  return Math.min(one, other);
}
