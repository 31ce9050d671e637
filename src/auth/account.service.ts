import { Injectable } from '@nestjs/common';
import { againIfDeadlocked } from '../database/again.js';
import { unfound } from '../http/version.js';
import { AccountQueries } from './account.queries.js';
import { takenName } from './auth.service.js';
import { CredentialsService } from './passwords/credentials.service.js';
import type { Device } from './device.js';
import { foldUsername } from './identity.js';
import type { Learner } from './learner.js';

/** What owners may set; null and undefined leave it as it is. Values are valid, names and tags in canonical form. */
export interface Settings {
  username?: string | null;
  /** IANA name. */
  time_zone?: string | null;
  /** Local hour, 0 to 12. */
  day_starts_at?: number | null;
  /** BCP 47. */
  locale?: string | null;
  /** Reviews a week, 1 to 10,000. */
  weekly_goal?: number | null;
  new_per_day?: number | null;
  reviews_per_day?: number | null;
  /** Probability, 0.70 to 0.99. */
  desired_retention?: number | null;
}

/** What owners do with their accounts. */
@Injectable()
export class AccountService {
  constructor(
    private readonly queries: AccountQueries,
    private readonly credentials: CredentialsService,
  ) {}

  /**
   * Sets what is given, in one statement, and none when nothing is.
   * @returns the learner with the new settings
   * @throws Problem 409 `username_exists`
   */
  async change(me: Learner, settings: Settings, device: Device, versions: Date[] | null): Promise<Learner> {
    const given = Object.values(settings).some((value) => value !== undefined && value !== null);
    if (!given) return me;
    const { username } = settings;
    const columns = { ...settings, username_key: username ? foldUsername(username) : null };
    const updatedAt = await this.queries.change(me.id, columns, device, versions).catch((error: unknown) => {
      throw takenName(error) ?? error;
    });
    if (updatedAt === undefined) throw await unfound('User', versions, async () => true); // the session told
    return {
      ...me,
      updatedAt,
      username: username ?? me.username,
      timeZone: settings.time_zone ?? me.timeZone,
      dayStartsAt: settings.day_starts_at ?? me.dayStartsAt,
      locale: settings.locale ?? me.locale,
      newPerDay: settings.new_per_day ?? me.newPerDay,
      reviewsPerDay: settings.reviews_per_day ?? me.reviewsPerDay,
      weeklyGoal: settings.weekly_goal ?? me.weeklyGoal,
      desiredRetention: settings.desired_retention ?? me.desiredRetention,
    };
  }

  /**
   * Deletes the account with all that it has. Its sessions and access tokens are among that, so none is good any more.
   * @throws Problem 400 for a wrong password
   */
  async leave(me: Learner, password: string): Promise<void> {
    await this.credentials.confirm(me.id, password);
    // An answer to a card that is being stored holds rows that this wants, and wants some that this holds.
    await againIfDeadlocked(() => this.queries.remove(me.id));
  }
}
