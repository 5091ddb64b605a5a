import { readFileSync } from 'node:fs';

/** Files in PEM format. */
export interface TlsOptions {
  /** Certificates of the authorities to trust instead of Node's. */
  readonly certificateFile?: string;
  readonly clientKeyFile?: string;
  readonly clientCertificateFile?: string;
  /** Takes any certificate. Default false. */
  readonly skipVerification?: boolean;
}

/** As `node:tls` takes them. */
export interface TlsMaterial {
  readonly ca?: Buffer;
  readonly key?: Buffer;
  readonly cert?: Buffer;
  readonly rejectUnauthorized?: false;
}

/** @throws Error if a file cannot be read */
export function readTlsFiles(options: TlsOptions = {}): TlsMaterial {
  const { certificateFile, clientKeyFile, clientCertificateFile, skipVerification = false } = options;
  return {
    ...(certificateFile === undefined ? {} : { ca: readFileSync(certificateFile) }),
    ...(clientKeyFile === undefined ? {} : { key: readFileSync(clientKeyFile) }),
    ...(clientCertificateFile === undefined ? {} : { cert: readFileSync(clientCertificateFile) }),
    ...(skipVerification ? { rejectUnauthorized: false } : {}),
  };
}
