const MIB = 1024 * 1024;

/** What is read of one message, and of a document that has to be read as a whole. */
export const importDefaults: { readonly maxMessageBytes: number; readonly maxDocumentBytes: number } = {
  maxMessageBytes: 64 * MIB,
  /** V8's longest string is 2^29 - 24 characters. */
  maxDocumentBytes: 500 * MIB,
};
