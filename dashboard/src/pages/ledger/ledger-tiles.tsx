import type { LedgerStatus } from '../../api/ledger.ts';
import { StatusDot } from '../../app/status-dot.tsx';
import { Tile, Tiles } from '../../app/tiles.tsx';
import { nanoOf } from '../../format/money.ts';
import { MoneyText } from '../../format/money-text.tsx';
import { formatBytes, formatCount, formatDuration } from '../../format/number.ts';
import { TimeText } from '../../format/time-text.tsx';
import { m } from '../../messages/index.ts';

const words = m.ledger;

/** How the books stand at this moment. */
export function LedgerTiles({ status }: { readonly status: LedgerStatus }) {
  const { tiles } = words;
  const { journal } = status;
  return (
    <Tiles>
      <Verified last={status.last_verification} />
      <Tile name={tiles.leased} hint={tiles.leasedHint}>
        <MoneyText nano={nanoOf(status.leased_usd)} />
      </Tile>
      <Tile name={tiles.suspended} hint={tiles.suspendedHint}>
        <MoneyText nano={nanoOf(status.suspended_usd)} />
      </Tile>
      <Tile name={tiles.flight} hint={tiles.flightHint}>
        {formatCount(status.calls_in_flight)}
      </Tile>
      <Tile
        name={tiles.backlog}
        hint={
          <>
            {words.modes[journal.mode]};{' '}
            {journal.stalled_ms === 0 ? tiles.taken : tiles.stalled(formatDuration(journal.stalled_ms))}
            {journal.error === null ? null : `: ${journal.error}`}
          </>
        }
      >
        {formatBytes(journal.backlog_bytes)}
      </Tile>
    </Tiles>
  );
}

function Verified({ last }: { readonly last: LedgerStatus['last_verification'] }) {
  const { tiles } = words;
  if (last === null)
    return (
      <Tile name={tiles.sound} hint={tiles.neverHint}>
        {tiles.never}
      </Tile>
    );
  const { sound, transfers } = last.found;
  return (
    <Tile
      name={tiles.sound}
      hint={
        <>
          <StatusDot tone={sound ? 'good' : 'bad'}>{sound ? tiles.adds : tiles.addsNot}</StatusDot>{' '}
          {words.by(last.by, formatCount(transfers))}
        </>
      }
    >
      <TimeText at={last.at} ago />
    </Tile>
  );
}
