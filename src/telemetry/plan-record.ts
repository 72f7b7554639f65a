/** A deployment's place in a plan, as it is kept. */
export type PlacedRecord = {
  readonly deployment: string;
  readonly provider: string;
  readonly credential: string;
  readonly upstreamModel: string;
  /** The name that it stands for; one plan may cover several. */
  readonly model: string;
  /** Why it stands there, or why it is left out. */
  readonly reason: string;
};

export type LeftOutRecord = PlacedRecord & {
  /** The filter that left it out. */
  readonly by: string;
};

/** One plan of a call: the first of each list, and how many more there were. */
export type PlanRecord = {
  readonly candidates: readonly PlacedRecord[];
  readonly excluded: readonly LeftOutRecord[];
  readonly moreCandidates: number;
  readonly moreExcluded: number;
};

type PackedPlace = readonly [
  deployment: string,
  provider: string,
  credential: string,
  upstreamModel: string,
  model: string,
  reason: string,
  ...by: string[],
];

/** As it stands in a row: lists without names take half of the bytes. */
export type PackedPlan = readonly [
  candidates: readonly PackedPlace[],
  excluded: readonly PackedPlace[],
  moreCandidates?: number,
  moreExcluded?: number,
];

export function packPlan({ candidates, excluded, moreCandidates, moreExcluded }: PlanRecord): PackedPlan {
  const lists = [candidates.map(packPlace), excluded.map((each) => [...packPlace(each), each.by] as const)] as const;
  return moreCandidates === 0 && moreExcluded === 0 ? lists : [...lists, moreCandidates, moreExcluded];
}

export function unpackPlan([candidates, excluded, moreCandidates = 0, moreExcluded = 0]: PackedPlan): PlanRecord {
  return {
    candidates: candidates.map(unpackPlace),
    excluded: excluded.map((packed) => ({ ...unpackPlace(packed), by: packed[6] ?? '' })),
    moreCandidates,
    moreExcluded,
  };
}

function packPlace({ deployment, provider, credential, upstreamModel, model, reason }: PlacedRecord): PackedPlace {
  return [deployment, provider, credential, upstreamModel, model, reason];
}

function unpackPlace([deployment, provider, credential, upstreamModel, model, reason]: PackedPlace): PlacedRecord {
  return { deployment, provider, credential, upstreamModel, model, reason };
}
