import { type LoggedAttempt, type LoggedCall, placeName } from '../../api/logs.ts';
import { formatDuration } from '../../format/number.ts';
import { m } from '../../messages/index.ts';
import classes from './call-sheet.module.css';

const words = m.logs.timings;

/** Every attempt in its place on the call's time: a bar as long as it took, darker from its first byte on. */
export function CallTimings({ call }: { readonly call: LoggedCall }) {
  return (
    <section aria-label={words.title}>
      <h3 className={classes['title']}>{words.title}</h3>
      {call.attempts.length === 0 ? <p className={classes['note']}>{words.none}</p> : null}
      <ol className={classes['attempts']}>
        {call.attempts.map((attempt, index) => (
          <Attempt
            key={`${attempt.startedMs} ${attempt.deployment}`}
            attempt={attempt}
            index={index}
            wholeMs={wholeOf(call)}
          />
        ))}
      </ol>
    </section>
  );
}

/** A call that took no measurable time still has a width. */
function wholeOf({ duration_ms: duration, attempts }: LoggedCall): number {
  return Math.max(1, duration, ...attempts.map(({ startedMs, durationMs }) => startedMs + durationMs));
}

type Props = { readonly attempt: LoggedAttempt; readonly index: number; readonly wholeMs: number };

function Attempt({ attempt, index, wholeMs }: Props) {
  const { deployment, upstreamModel, outcome, status, startedMs, firstByteMs, durationMs, error } = attempt;
  const share = (ms: number): string => `${(100 * ms) / wholeMs}%`;
  const silentMs = Math.min(firstByteMs ?? durationMs, durationMs);
  const known: Readonly<Record<string, string>> = { answered: words.answered, outrun: words.outrun };
  return (
    <li>
      <div className={classes['line']}>
        <span className={classes['name']} title={deployment}>
          {words.attempt(index + 1, placeName(attempt, upstreamModel))}
        </span>
        <span className={classes['said']} data-bad={outcome !== 'answered' || undefined}>
          {known[outcome] ?? outcome}
          {status === null ? '' : ` · ${status}`}
        </span>
      </div>
      <div className={classes['track']} aria-hidden="true">
        <i className={classes['silent']} style={{ left: share(startedMs), width: share(silentMs) }} />
        <i
          className={classes['speaking']}
          style={{ left: share(startedMs + silentMs), width: share(durationMs - silentMs) }}
        />
      </div>
      <p className={classes['note']}>
        {firstByteMs === null
          ? words.took(formatDuration(durationMs))
          : words.waited(formatDuration(firstByteMs), formatDuration(durationMs))}
        {error === null ? '' : ` – ${error}`}
      </p>
    </li>
  );
}
