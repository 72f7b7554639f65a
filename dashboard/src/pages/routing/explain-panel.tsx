import { Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { explain } from '../../api/routing.ts';
import { Failure } from '../../app/failure.tsx';
import { Panel } from '../../app/panel.tsx';
import { m } from '../../messages/index.ts';
import { ExplainForm } from './explain-form.tsx';
import classes from './explain-panel.module.css';
import { PlanView } from './plan-view.tsx';

const words = m.routing.explain;

/** Where a call would go, and where it would go instead if deployments were down or cost something else. */
export function ExplainPanel() {
  const asking = useMutation({ mutationFn: explain });
  const { data } = asking;
  return (
    <Panel title={words.title}>
      <Text size="sm" c="dimmed" mb="sm">
        {words.lead}
      </Text>
      <ExplainForm isBusy={asking.isPending} onAsk={(call) => asking.mutate(call)} />
      {asking.error === null ? null : <Failure error={asking.error} />}
      {data === undefined ? null : (
        <div className={classes['plans']} role="status">
          <PlanView title={words.asIs} plan={data} />
          {data.assumed === undefined ? null : <PlanView title={words.assumed} plan={data.assumed} before={data} />}
        </div>
      )}
    </Panel>
  );
}
