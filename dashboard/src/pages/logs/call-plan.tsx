import { type LoggedPlan, type PlannedPlace, placeName } from '../../api/logs.ts';
import { m } from '../../messages/index.ts';
import classes from './call-sheet.module.css';

const words = m.logs.plan;

/** Why each deployment stood where it stood, and what left the others out. */
export function CallPlan({ plans }: { readonly plans: readonly LoggedPlan[] }) {
  if (plans.length === 0) return null;
  return (
    <section aria-label={words.title}>
      <h3 className={classes['title']}>{words.title}</h3>
      {plans.map((plan) => (
        <div key={[...plan.candidates, ...plan.excluded].map(({ deployment }) => deployment).join(' ')}>
          <Places
            title={words.candidates}
            places={plan.candidates.map((place) => [place, place.reason])}
            more={plan.left_out.candidates}
          />
          <Places
            title={words.excluded}
            places={plan.excluded.map((place) => [place, `${place.reason} (${words.by} ${place.by})`])}
            more={plan.left_out.excluded}
          />
        </div>
      ))}
    </section>
  );
}

type Props = {
  readonly title: string;
  readonly places: readonly (readonly [place: PlannedPlace, reason: string])[];
  readonly more: number;
};

function Places({ title, places, more }: Props) {
  if (places.length === 0) return null;
  return (
    <>
      <h4 className={classes['subtitle']}>{title}</h4>
      <ol className={classes['places']}>
        {places.map(([place, reason]) => (
          <li key={`${place.deployment} ${reason}`}>
            <span className={classes['name']} title={place.deployment}>
              {placeName(place, place.upstream_model)}
            </span>
            <span className={classes['why']}>{reason}</span>
          </li>
        ))}
      </ol>
      {more > 0 ? <p className={classes['note']}>{words.more(more)}</p> : null}
    </>
  );
}
