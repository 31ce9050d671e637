import { Session } from '../auth/sessions/session.entity.js';
import { User } from '../auth/user.entity.js';
import { Deck } from '../decks/deck.entity.js';
import { Flashcard } from '../decks/flashcard.entity.js';

/** What is compared with the tables. The running service loads the same entities by module. */
export const ENTITIES = [User, Session, Deck, Flashcard];
