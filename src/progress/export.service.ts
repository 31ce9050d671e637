import { Injectable } from '@nestjs/common';
import { AccountEvents } from '../auth/account-events.service.js';
import type { Device } from '../auth/device.js';
import type { Learner } from '../auth/learner.js';
import { notFound } from '../http/problem.js';
import { EXPORT_SECTIONS, ExportQueries, type ExportedAccount } from './export.queries.js';

/** What docs/accounts.md describes; a change that a reader must know of raises the version. */
const FORMAT = 'flashlearn-export';
const VERSION = 1;

/** Everything that an account has, as one JSON document for its owner. */
@Injectable()
export class ExportService {
  constructor(
    private readonly queries: ExportQueries,
    private readonly events: AccountEvents,
  ) {}

  /**
   * Records that the data leaves, and begins the document.
   * @returns the document in pieces of at most a few MB, each read from the database when it is asked for; it throws
   * where it cannot go on, and what came before is then no JSON
   * @throws Problem 404 when the account is gone
   */
  async begin(me: Learner, device: Device, now: Date): Promise<AsyncGenerator<string>> {
    const account = await this.account(me.id);
    await this.events.record(me.id, 'data_exported', device);
    return this.document(me.id, account, now);
  }

  private async *document(userId: number, account: ExportedAccount, now: Date): AsyncGenerator<string> {
    const { secondFactorEnabledAt, secondFactorCreatedAt, ...profile } = account;
    const second_factor = secondFactorCreatedAt && {
      created_at: secondFactorCreatedAt,
      enabled_at: secondFactorEnabledAt,
    };
    const head = { format: FORMAT, version: VERSION, exported_at: now, profile, second_factor };
    yield JSON.stringify(head).slice(0, -1);
    for (const section of EXPORT_SECTIONS) {
      yield `,\n"${section.name}":[`;
      let separator = '\n';
      for await (const rows of this.queries.pages(userId, section)) {
        yield separator + rows.map((row) => JSON.stringify(row)).join(',\n');
        separator = ',\n';
      }
      yield '\n]';
    }
    // Deleted meanwhile, the lists are empty for no good reason: better no document than one that looks whole.
    await this.account(userId);
    yield '\n}\n';
  }

  private async account(userId: number): Promise<ExportedAccount> {
    const account = await this.queries.account(userId);
    if (account === undefined) throw notFound('User');
    return account;
  }
}
