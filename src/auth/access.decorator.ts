import { applyDecorators } from '@nestjs/common';
import { ApiProblems } from '../http/api-responses.js';

/** A route that asks for a login, because it changes how one gets in. */
export const SessionOnly = () =>
  applyDecorators(
    ApiProblems([
      403,
      { code: 'session_required', message: 'This needs a login; an access token will not do.' },
    ]),
  );
