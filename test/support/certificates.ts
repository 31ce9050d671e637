import { generate } from 'selfsigned';

/** PEM texts. */
export interface Certificate {
  cert: string;
  key: string;
}

/** A private root, as Supabase has one. It is made anew in each run, so the repository holds no private key. */
export async function makeRoot(name: string): Promise<Certificate> {
  return make(name, {
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, critical: true },
    ],
  });
}

/** A server's certificate for one host name, signed by the root. */
export async function makeServerCertificate(root: Certificate, host: string): Promise<Certificate> {
  const altNames = [{ type: 2 as const, value: host }];
  return make(host, { ca: root, extensions: [{ name: 'subjectAltName', altNames }] });
}

async function make(commonName: string, options: Parameters<typeof generate>[1]): Promise<Certificate> {
  const name = [{ name: 'commonName', value: commonName }];
  const made = await generate(name, { keyType: 'ec', algorithm: 'sha256', ...options });
  return { cert: `${made.cert}\n`, key: made.private };
}
