import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Role } from './user.entity.js';

/** Who is asking: the account behind the session of a request, read once by the guard. */
export interface Learner {
  id: number;
  sessionId: string;
  username: string;
  email: string;
  role: Role;
  /** IANA zone and local hour that decide the study day of a review. */
  timeZone: string;
  dayStartsAt: number;
  desiredRetention: number;
  /** Personal FSRS-6 weights; null means the published defaults. */
  fsrsParameters: number[] | null;
  fsrsParametersVersion: number;
}

/** The signed-in learner, as an argument of a handler. */
export const Me = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<Request>().user as Learner,
);
