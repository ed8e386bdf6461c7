/** Dollars for the eye; four digits after the point at the most, as Serva counts them. */
export function dollars(amount) {
  const digits = { minimumFractionDigits: 2, maximumFractionDigits: 4 };
  return `$${Number(amount).toLocaleString("en", digits)}`;
}
