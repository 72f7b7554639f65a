import { PageFrame } from '../../app/page-frame.tsx';
import { m } from '../../messages/index.ts';

export default function KeysPage() {
  return <PageFrame title={m.keys.title} />;
}
