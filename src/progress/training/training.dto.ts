import { Flag, WholeNumber } from '../../http/fields.js';

export class OptimizeDto {
  @Flag({ example: false, description: 'Recompute all cards if better weights are found.', optional: true })
  reschedule?: boolean | null;
}

export class UseParametersDto {
  @WholeNumber(0, 1_000_000, { example: 0, description: 'One of your history; 0: the published weights.' })
  version: number;
}
