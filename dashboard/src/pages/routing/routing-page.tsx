import { useQuery } from '@tanstack/react-query';
import { routerQuery, type Setting } from '../../api/routing.ts';
import { Facts } from '../../app/facts.tsx';
import { Failure } from '../../app/failure.tsx';
import { PageFrame } from '../../app/page-frame.tsx';
import { PageLoading } from '../../app/page-states.tsx';
import { Panel } from '../../app/panel.tsx';
import { m } from '../../messages/index.ts';
import { useMay } from '../../session/session.ts';
import { ExplainPanel } from './explain-panel.tsx';
import { FallbacksPanel } from './fallbacks-panel.tsx';

const words = m.routing;

export default function RoutingPage() {
  const { data, error, refetch } = useQuery(routerQuery);
  const may = useMay();
  return (
    <PageFrame title={words.title} lead={words.lead}>
      {error === null ? null : <Failure error={error} retry={() => void refetch()} />}
      {data === undefined && error === null ? <PageLoading /> : null}
      {data === undefined ? null : (
        <>
          <FallbacksPanel fallbacks={data.fallbacks} />
          {may('call.explain') ? <ExplainPanel /> : null}
          <Panel title={words.settings}>
            <Facts
              facts={data.settings.map((setting) => [
                setting.field_description.replace(/\.$/, ''),
                <code key={setting.field_name}>{textOf(setting)}</code>,
              ])}
            />
          </Panel>
        </>
      )}
    </PageFrame>
  );
}

function textOf({ field_name: name, field_value: value }: Setting): string {
  return `${name}: ${value === null || value === undefined ? words.unset : JSON.stringify(value)}`;
}
