import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { randomUUID } from 'node:crypto';
import type { DataSource, EntityManager } from 'typeorm';
import type { Device } from '../device.js';

export interface Challenge {
  id: string;
  code: string;
}

const OPEN = `
  insert into flashlearn.challenges (user_id, id, purpose, ip, user_agent, expires_at)
  values ($1, $2, $3, $4, $5, now() + interval '10 minutes')`;

/** What somebody has yet to prove. */
@Injectable()
export class ChallengesService {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  async open(userId: number, purpose: 'second_factor', { ip, userAgent }: Device): Promise<Challenge> {
    const id = randomUUID();
    await this.database.query(OPEN, [userId, id, purpose, ip, userAgent]);
    return { id, code: '' };
  }

  async deleteAll(userId: number, manager: EntityManager): Promise<void> {
    await manager.query('delete from flashlearn.challenges where user_id = $1', [userId]);
  }
}
