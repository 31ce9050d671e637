export { SessionsService, type Grant } from '../sessions.service.js';
