import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';

/** So that one run neither holds many locks nor takes long; what is left waits for the next. */
const MAX_ROWS = 10_000;

const DELETE_EXPIRED = `
  delete from flashlearn.throttle
  where key in (
    select key from flashlearn.throttle where expire < $1 limit ${MAX_ROWS} for update skip locked
  )`;

@Injectable()
export class ThrottleQueries {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /** Counters whose window is over count from the start again when they are next used, or never. @param now in ms */
  async deleteExpired(now: number): Promise<void> {
    await this.database.query(DELETE_EXPIRED, [now]);
  }
}
