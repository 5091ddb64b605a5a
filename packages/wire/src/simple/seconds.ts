const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/;
const NANO_DIGITS = 9;
/** No sane decimal number is longer; the rest would only cost time. */
const MAX_DECIMAL_LENGTH = 64;

/**
 * Decimal seconds (`1700000000.123456789`, `-1.5e-3`) as nanoseconds, digit by digit: no float lies between. Rounded to
 * the nearest. Undefined if it is no number.
 */
export function nanoFromSecondsText(text: string): bigint | undefined {
  if (text.length > MAX_DECIMAL_LENGTH) return undefined;
  const match = DECIMAL.exec(text);
  const whole = match?.[2] ?? '';
  const fraction = match?.[3] ?? '';
  if (whole === '' && fraction === '') return undefined;
  const exponent = Number(match?.[4] ?? 0) - fraction.length + NANO_DIGITS;
  const digits = BigInt(whole + fraction);
  const nano = exponent >= 0 ? digits * 10n ** BigInt(exponent) : divideRounded(digits, 10n ** BigInt(-exponent));
  return match?.[1] === '-' ? -nano : nano;
}

function divideRounded(dividend: bigint, divisor: bigint): bigint {
  return (dividend + divisor / 2n) / divisor;
}
