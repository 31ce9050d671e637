import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { IsNull, Not, Repository, type EntityManager } from 'typeorm';
import { AccessTokens, SESSION_HOURS } from './access-tokens.js';
import type { Device } from './device.js';
import { Session } from './session.entity.js';

/** What a login hands out. */
export interface Grant {
  accessToken: string;
}

/** Logins of devices. Each request is checked against its session's row, so that an end is seen at once everywhere. */
@Injectable()
export class SessionsService {
  constructor(
    @InjectRepository(Session) private readonly sessions: Repository<Session>,
    private readonly tokens: AccessTokens,
  ) {}

  /** Opens a session of one who has proven who they are. */
  async open(userId: number, device: Device, _options: { refresh?: boolean } = {}): Promise<Grant> {
    const inserted = await this.sessions.insert({
      userId,
      userAgent: device.userAgent,
      ip: device.ip,
      // The database's clock decides when a session ends, also where it is checked.
      expiresAt: () => `now() + interval '${SESSION_HOURS} hours'`,
    });
    return { accessToken: this.tokens.sign(userId, inserted.identifiers[0]?.['id'] as string) };
  }

  /** Ends all sessions of a user, but for one if it is named. @returns how many were ended */
  async endAll(userId: number, but?: string | null, manager?: EntityManager): Promise<number> {
    const sessions = manager?.getRepository(Session) ?? this.sessions;
    const { affected } = await sessions.update(
      { userId, revokedAt: IsNull(), ...(but && { id: Not(but) }) },
      { revokedAt: () => 'now()' },
    );
    return affected ?? 0;
  }
}
