import { randomUUID } from 'node:crypto';
import type { Sender } from './send.js';

/** What has an id. */
export type Kind = 'deck' | 'card' | 'review' | 'progress' | 'session' | 'token' | 'training';

/** Whose an id is, to the one who sends it: `gone` was theirs, `unknown` is nobody's. */
export type Standing = 'own' | 'foreign' | 'gone' | 'unknown';

/** An id in a request that is not chosen before the request is sent: the `nth` of those that there are then. */
export class Reference {
  constructor(
    readonly kind: Kind,
    readonly standing: Standing,
    readonly nth: number,
  ) {}
}

/** What goes with what it belongs to. */
const PARTS: Partial<Record<Kind, Kind[]>> = { deck: ['card'], card: ['review', 'progress'] };

export type Id = number | string;

interface Owned {
  kind: Kind;
  id: Id;
  parent?: Id;
}

interface SecondFactor {
  state: 'off' | 'begun' | 'on';
  secret: string;
  recoveryCodes: string[];
}

/** A code that was asked for, and the address or id that goes with it. */
interface Challenge {
  otp_id: string;
  codes: string[];
  email: string;
}

/** An account, and all that a run knows of it. What it does not know for sure it does not claim. */
export class Learner {
  /** Set when its session or its account has ended: it can do nothing any more. */
  isOver = false;
  readonly secondFactor: SecondFactor = { state: 'off', secret: '', recoveryCodes: [] };
  refreshToken: string | undefined;
  personalToken: string | undefined;
  /** Open challenges, by what they are good for. */
  readonly challenges: Partial<Record<'login' | 'reset' | 'email', Challenge>> = {};
  /** A key that stands for a request, and which. */
  usedKey: { key: string; request: string } | undefined;
  private owned: Owned[] = [];
  private readonly gone: Owned[] = [];

  private constructor(
    public email: string,
    public password: string,
    public username: string,
    readonly token: string,
  ) {}

  /** Somebody who has begun: with two decks and a few cards. */
  static async signUp(sender: Sender, name: string): Promise<Learner> {
    const account = { email: `${name}@example.com`, username: name, password: `${name} rides a zebra` };
    await sender.call('POST', '/signup', account);
    const { token } = await sender.call<{ token: string }>('POST', '/login', account);
    const learner = new Learner(account.email, account.password, name, token);
    learner.owns('session', sessionOf(token));
    for (const title of ['Swahili', 'Kikuyu']) {
      const texts = { title, description: title, subject: 'Languages', category: title, difficulty: 2 };
      const deck = await sender.call<{ id: number }>('POST', '/decks', texts, token);
      learner.owns('deck', deck.id);
      for (const front_text of ['Habari?', 'Asante']) {
        const texts = { deck_id: deck.id, front_text, back_text: '?' };
        const card = await sender.call<{ id: number }>('POST', '/flashcards', texts, token);
        learner.owns('card', card.id, deck.id);
      }
    }
    return learner;
  }

  get session(): string {
    return sessionOf(this.token);
  }

  owns(kind: Kind, id: Id, parent?: Id): void {
    if (!this.owned.some((one) => one.kind === kind && one.id === id)) this.owned.push({ kind, id, parent });
  }

  /** It is gone for sure, and so is what belongs to it. */
  lost(kind: Kind, id: Id): void {
    const lost = this.owned.filter((one) => one.kind === kind && String(one.id) === String(id));
    this.forget(kind, id);
    this.gone.push(...lost);
    for (const part of PARTS[kind] ?? []) {
      for (const one of this.owned.filter(
        ({ kind, parent }) => kind === part && String(parent) === String(id),
      )) {
        this.lost(part, one.id);
      }
    }
  }

  /** Whether it is still there is not known. */
  forget(kind: Kind, id: Id): void {
    this.owned = this.owned.filter((one) => one.kind !== kind || String(one.id) !== String(id));
  }

  /** All sessions but one, or all. */
  losesSessions(except?: string): void {
    for (const { kind, id } of this.owned) if (kind === 'session' && id !== except) this.lost(kind, id);
  }

  idsOf(kind: Kind): Id[] {
    return this.owned.filter((one) => one.kind === kind).map(({ id }) => id);
  }

  /** @returns an id, and whose it is: `unknown` where there is none of the wanted kind */
  find(reference: Reference, other: Learner): { id: Id; standing: Standing } {
    const { kind, standing, nth } = reference;
    const from = { own: this.owned, foreign: other.owned, gone: this.gone, unknown: [] }[standing];
    const found = from.filter((one) => one.kind === kind);
    const one = found[nth % Math.max(1, found.length)];
    if (one) return { id: one.id, standing };
    return { id: kind === 'session' ? randomUUID() : 2_000_000_000 + nth, standing: 'unknown' };
  }
}

/** The session that an access token belongs to. */
export function sessionOf(token: string): string {
  const [, claims = ''] = token.split('.');
  return (JSON.parse(Buffer.from(claims, 'base64url').toString()) as { sid: string }).sid;
}
