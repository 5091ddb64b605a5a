/**
 * Keeps the process alive until the work is done, which must be bounded. Connections that are not in use, waits for a
 * retry and time limits do not: a process would end in the middle of a flush that somebody waits for.
 */
export async function holdingProcess<Result>(work: Promise<Result>): Promise<Result> {
  // That there is a timer is all: when it fires does not matter.
  const timer = setInterval(() => {}, 1e9);
  try {
    return await work;
  } finally {
    clearInterval(timer);
  }
}
