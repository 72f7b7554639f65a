/** What a route does. A route without one does not compile. */
export type Action =
  | 'model.call'
  | 'key.create'
  | 'key.list'
  | 'key.read'
  | 'key.change'
  | 'key.delete'
  | 'spend.read'
  | 'generation.read'
  | 'conversation.read'
  | 'conversation.delete'
  | 'model.list'
  | 'token.count'
  | 'call.explain'
  | 'health.details'
  | 'metrics.read';
