import jwt from 'jsonwebtoken';

/** An answer as a client sees it. */
export interface Answer<Body = any> {
  status: number;
  headers: Headers;
  body: Body;
}

type Headers_ = Record<string, string>;

const isJson = ({ headers }: Response) => headers.get('content-type')?.includes('json');

/** A REST client that knows how to log in. Never throws for a status: tests look at it. */
export class Client {
  constructor(
    readonly url: string,
    readonly token?: string,
    readonly id?: number,
  ) {}

  /** The session that the token belongs to. */
  get sessionId(): string {
    return (jwt.decode(this.token!) as { sid: string }).sid;
  }

  get = (path: string, headers?: Headers_) => this.send('GET', path, undefined, headers);
  post = (path: string, body?: unknown, headers?: Headers_) => this.send('POST', path, body, headers);
  put = (path: string, body?: unknown, headers?: Headers_) => this.send('PUT', path, body, headers);
  patch = (path: string, body?: unknown, headers?: Headers_) => this.send('PATCH', path, body, headers);
  delete = (path: string, headers?: Headers_) => this.send('DELETE', path, undefined, headers);

  /** @param body sent as it is when it is text, else as JSON */
  async send(method: string, path: string, body?: unknown, headers: Headers_ = {}): Promise<Answer> {
    const response = await fetch(this.url + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...headers,
      },
      body:
        body === undefined || typeof body === 'string' || body instanceof Uint8Array
          ? body
          : JSON.stringify(body),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === '' ? undefined : isJson(response) ? JSON.parse(text) : text,
    };
  }

  /** One more login of an account that `signUp` made; `{ refresh: true }` asks for a refresh token. */
  logIn = (username: string, options: object = {}) =>
    this.post('/login', { email: `${username}@example.org`, password: 'correct horse battery', ...options });

  /** The same service with another token. */
  withToken = (token: string) => new Client(this.url, token, this.id);

  /** Signs up and logs in. */
  async signUp(username: string): Promise<Client> {
    const account = { username, email: `${username}@example.org`, password: 'correct horse battery' };
    const { body: user } = await this.post('/signup', account);
    const { body: login } = await this.post('/login', account);
    return new Client(this.url, login.token, user.id);
  }

  /** @returns the id of a new deck */
  async addDeck(title = 'Swahili'): Promise<number> {
    const deck = {
      title,
      description: 'Everyday words',
      subject: 'Languages',
      category: 'Swahili',
      difficulty: 2,
    };
    return (await this.post('/decks', deck)).body.id;
  }

  /** @returns the id of a new card */
  async addCard(deckId: number, front = 'Habari?', back = 'How are you?'): Promise<number> {
    return (await this.post('/flashcards', { deck_id: deckId, front_text: front, back_text: back })).body.id;
  }
}
