/** A route with its stops: the letter W, and where the goods arrive. */
export function Logo({ size = 28 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="7" fill="#0b6b70" />
      <path
        d="M7 9.5 12 22l4-9 4 9 5-12.5"
        fill="none"
        stroke="#fff"
        strokeWidth="2.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
      <circle cx="25" cy="9.5" r="2.6" fill="#f2b457" />
    </svg>
  );
}
