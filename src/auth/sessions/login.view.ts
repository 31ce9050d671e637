import { LoginView } from '../auth.views.js';
import type { Grant } from './sessions.service.js';

export { LoginView };

export function loginView({ accessToken }: Grant, message = 'Login successful'): LoginView {
  return { message, token: accessToken, access_token: accessToken };
}
