/** What a personal access token may do: look, change decks, cards and settings, answer cards. */
export type Scope = 'read' | 'write' | 'review';

export const SCOPES: Scope[] = ['read', 'write', 'review'];
