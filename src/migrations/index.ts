import { ClassicSchema1795305600000 } from './1795305600000-classic-schema.js';

/** In the order in which they are applied. A shipped migration is never edited. */
export const MIGRATIONS = [ClassicSchema1795305600000];
