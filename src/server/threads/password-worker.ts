import { parentPort } from 'node:worker_threads';
import { compareSync } from 'bcryptjs';
import { serve } from './channel.ts';

/** What the thread of passwords does. */
export interface PasswordService {
  compare(login: { readonly password: string; readonly hash: string }): boolean;
}

serve(parentPort!, { compare: ({ password, hash }) => compareSync(password, hash) } satisfies PasswordService);
