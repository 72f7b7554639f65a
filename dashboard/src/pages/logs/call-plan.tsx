import type { LoggedPlan } from '../../api/logs.ts';
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
            places={plan.candidates.map(({ deployment, reason }) => [deployment, reason])}
            more={plan.left_out.candidates}
          />
          <Places
            title={words.excluded}
            places={plan.excluded.map(({ deployment, reason, by }) => [deployment, `${reason} (${words.by} ${by})`])}
            more={plan.left_out.excluded}
          />
        </div>
      ))}
    </section>
  );
}

type Props = {
  readonly title: string;
  readonly places: readonly (readonly [deployment: string, reason: string])[];
  readonly more: number;
};

function Places({ title, places, more }: Props) {
  if (places.length === 0) return null;
  return (
    <>
      <h4 className={classes['subtitle']}>{title}</h4>
      <ol className={classes['places']}>
        {places.map(([deployment, reason]) => (
          <li key={`${deployment} ${reason}`}>
            <span className={classes['name']}>{deployment}</span>
            <span className={classes['why']}>{reason}</span>
          </li>
        ))}
      </ol>
      {more > 0 ? <p className={classes['note']}>{words.more(more)}</p> : null}
    </>
  );
}
