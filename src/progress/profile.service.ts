import { Injectable } from '@nestjs/common';
import { AccountService, type Settings } from '../auth/account.service.js';
import type { Device } from '../auth/device.js';
import type { Learner } from '../auth/learner.js';
import type { LearnerView } from './learner.view.js';
import { StatisticsService } from './statistics.service.js';

/** An account as its owner sees it: the account itself, and what its history adds up to. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly accounts: AccountService,
    private readonly statistics: StatisticsService,
  ) {}

  read(me: Learner, now: Date): Promise<LearnerView> {
    return this.statistics.profile(me, now);
  }

  /** @throws Problem 409 for a username that is taken, 412 for another version than those */
  async change(
    me: Learner,
    settings: Settings,
    device: Device,
    versions: Date[] | null,
    now: Date,
  ): Promise<LearnerView> {
    return this.read(await this.accounts.change(me, settings, device, versions), now);
  }
}
