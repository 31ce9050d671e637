import { Module, type DynamicModule } from '@nestjs/common';
import type { Config } from './env.js';

/** `@Inject(CONFIG) config: Config` */
export const CONFIG = Symbol('Config');

@Module({})
export class ConfigModule {
  static with(config: Config): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: CONFIG, useValue: config }],
      exports: [CONFIG],
    };
  }
}
