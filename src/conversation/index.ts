export { type Conversations, openConversations } from './conversations.ts';
export type { StoredResponse } from './stored-response.ts';
