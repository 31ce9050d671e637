import { unauthorized } from '../../http/problem.js';

export const WRONG_CODE = 'This code is wrong or no longer valid.';

/** The same for a wrong code, an old or used one, and an address that nobody has. */
export const wrongCode = () => unauthorized(WRONG_CODE);
