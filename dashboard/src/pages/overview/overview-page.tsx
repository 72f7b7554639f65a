import { PageFrame } from '../../app/page-frame.tsx';
import { m } from '../../messages/index.ts';

export default function OverviewPage() {
  return <PageFrame title={m.overview.title} />;
}
