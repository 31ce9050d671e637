import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import type { DataSource } from 'typeorm';
import { invalidField } from '../../http/problem.js';
import { verifyPassword } from '../passwords.js';
import { User } from '../user.entity.js';

/** The e-mail and password that an account is opened with. */
@Injectable()
export class CredentialsService {
  constructor(@InjectDataSource() private readonly database: DataSource) {}

  /**
   * Makes sure that it is still the owner who asks.
   * @throws Problem 400, since a client of ours takes 401 for the end of its session
   */
  async confirm(userId: number, password: string): Promise<void> {
    const user = await this.database.manager.findOneBy(User, { id: userId });
    if (!(await verifyPassword(password, user?.passwordHash)))
      throw invalidField('current_password', 'The current password is wrong');
  }
}
