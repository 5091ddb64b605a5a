import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from 'vitest';

export interface CertificateFiles {
  readonly keyFile: string;
  readonly certificateFile: string;
}

/** A certificate for 127.0.0.1 for the tests of a file; undefined, and said, where there is no openssl to make it with. */
export function makeCertificate(): CertificateFiles | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'throughline-sdk-tls-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const keyFile = join(folder, 'key.pem');
  const certificateFile = join(folder, 'cert.pem');
  const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1', '-days', '2'];
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile];
  try {
    execFileSync('openssl', ['req', '-x509', ...key, '-out', certificateFile, ...subject], { stdio: 'ignore' });
    return { keyFile, certificateFile };
  } catch {
    console.warn('skipped: no openssl to make a certificate with');
    return undefined;
  }
}
