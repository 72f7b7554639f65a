import { PageFrame } from '../../app/page-frame.tsx';
import { m } from '../../messages/index.ts';

export default function ModelsPage() {
  return <PageFrame title={m.models.title} />;
}
