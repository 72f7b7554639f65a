import { PageFrame } from '../../app/page-frame.tsx';
import { m } from '../../messages/index.ts';

export default function LogsPage() {
  return <PageFrame title={m.logs.title} />;
}
