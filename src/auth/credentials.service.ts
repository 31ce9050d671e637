import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { invalidField } from '../http/problem.js';
import { verifyPassword } from './passwords.js';
import { User } from './user.entity.js';

/** What an account is opened with. */
@Injectable()
export class CredentialsService {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  /** Makes sure that it is still the owner who asks. @throws Problem 400 for a wrong password */
  async confirm(userId: number, password: string): Promise<void> {
    const user = await this.users.findOne({
      where: { id: userId },
      select: { id: true, passwordHash: true },
    });
    if (!(await verifyPassword(password, user?.passwordHash)))
      throw invalidField('current_password', 'The current password is wrong');
  }
}
