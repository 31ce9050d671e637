import { ClassicSchema1795305600000 } from './1795305600000-classic-schema.js';
import { Accounts1795478400000 } from './1795478400000-accounts.js';
import { Learning1795482000000 } from './1795482000000-learning.js';
import { Idempotency1795485600000 } from './1795485600000-idempotency.js';
import { Statistics1795489200000 } from './1795489200000-statistics.js';
import { DeckCounts1795492800000 } from './1795492800000-deck-counts.js';
import { CardSearch1795496400000 } from './1795496400000-card-search.js';

/** In the order in which they are applied. A shipped migration is never edited. */
export const MIGRATIONS = [
  ClassicSchema1795305600000,
  Accounts1795478400000,
  Learning1795482000000,
  Idempotency1795485600000,
  Statistics1795489200000,
  DeckCounts1795492800000,
  CardSearch1795496400000,
];
