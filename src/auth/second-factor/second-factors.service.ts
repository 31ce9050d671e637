import { Injectable } from '@nestjs/common';
import type { Device } from '../device.js';

/** Stands in until there are second factors. */
@Injectable()
export class SecondFactors {
  async isEnabled(_userId: number): Promise<boolean> {
    return false;
  }

  async verify(_userId: number, _code: string, _now: Date, _device?: Device): Promise<boolean> {
    return false;
  }
}
