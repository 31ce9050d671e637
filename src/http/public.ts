import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'public';

/** A route that needs no session. All others do. */
export const Public = () => SetMetadata(IS_PUBLIC, true);
