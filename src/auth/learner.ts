import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Scope } from './scope.js';
import type { Role } from './user.entity.js';

/** Who is asking: the account behind the session or the access token of a request, read once by the guard. */
export interface Learner {
  id: number;
  /** The login that the request belongs to; null for a personal access token. */
  sessionId: string | null;
  /** What a personal access token may do; null for a session, which may do everything. */
  scopes: Scope[] | null;
  username: string;
  email: string;
  emailVerified: boolean;
  role: Role;
  /** IANA zone and local hour that decide the study day of a review. */
  timeZone: string;
  dayStartsAt: number;
  locale: string;
  /** New cards and reviews of one study day, over all decks. */
  newPerDay: number;
  reviewsPerDay: number;
  /** Reviews a week that the learner aims for. */
  weeklyGoal: number;
  desiredRetention: number;
  /** Personal FSRS-6 weights; null means the published defaults. */
  fsrsParameters: number[] | null;
  fsrsParametersVersion: number;
  createdAt: Date;
  /** Of the account and its settings. */
  updatedAt: Date;
}

/** The signed-in learner, as an argument of a handler. */
export const Me = createParamDecorator(
  (_: unknown, context: ExecutionContext) => context.switchToHttp().getRequest<Request>().user as Learner,
);
