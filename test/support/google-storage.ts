import { createRequire } from 'node:module';
import { Storage, type StorageOptions } from '@google-cloud/storage';

// The client wants the google-auth-library that it depends on: the next major returns headers in another shape.
const fromStorage = createRequire(createRequire(import.meta.url).resolve('@google-cloud/storage'));
const { OAuth2Client } = fromStorage('google-auth-library') as {
  OAuth2Client: new (
    options: object,
  ) => NonNullable<StorageOptions['authClient']> & { setCredentials(credentials: object): void };
};

/** Google's own client of Cloud Storage, pointed at a loopback server, without a retry. */
export function googleStorage(url: string): Storage {
  // Resumable uploads drop the token outside the client's universe, whatever `useAuthWithCustomEndpoint` says.
  const universeDomain = new URL(url).hostname;
  const authClient = new OAuth2Client({ universeDomain });
  authClient.setCredentials({ access_token: 'anyone', expiry_date: Date.parse('2100-01-01') });
  return new Storage({
    projectId: 'acme-prod',
    apiEndpoint: url,
    universeDomain,
    useAuthWithCustomEndpoint: true,
    authClient,
    retryOptions: { autoRetry: false },
  });
}
