import type { Place, Planned } from '../../api/routing.ts';

export type PlacedRow = {
  readonly place: Place;
  /** 1 is tried first; null: it is left out. */
  readonly now: number | null;
  /** In the other plan. */
  readonly before: number | null;
  /** Of the one that is left out. */
  readonly why: string;
};

/** Every deployment of a plan with its place there and in another one: the candidates in order, then those left out. */
export function placesOf({ candidates, excluded }: Planned, before: Planned): readonly PlacedRow[] {
  const places = new Map(before.candidates.map((place, index) => [keyOf(place), index + 1]));
  const rowOf = (place: Place, now: number | null, why: string): PlacedRow => ({
    place,
    now,
    before: places.get(keyOf(place)) ?? null,
    why,
  });
  return [
    ...candidates.map((place, index) => rowOf(place, index + 1, place.reason)),
    ...excluded.map((left) => rowOf(left, null, left.reason)),
  ];
}

/** A deployment may stand for several of the asked models. */
export function keyOf({ model, deployment }: Place): string {
  return `${model} ${deployment}`;
}

export type Move = 'same' | 'up' | 'down' | 'in' | 'out';

export function moveOf({ now, before }: PlacedRow): Move {
  if (now === before) return 'same';
  if (now === null) return 'out';
  if (before === null) return 'in';
  return now < before ? 'up' : 'down';
}
