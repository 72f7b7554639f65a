import { PageFrame } from '../../app/page-frame.tsx';
import { m } from '../../messages/index.ts';

export default function PlaygroundPage() {
  return <PageFrame title={m.playground.title} />;
}
