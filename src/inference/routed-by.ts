/** Where calls may go. */
export type RoutedBy = {
  readonly region?: string | undefined;
  readonly zdr?: true | undefined;
  readonly denyDataCollection?: true | undefined;
  /** Credentials, providers or `provider/region`. */
  readonly only?: readonly string[] | undefined;
  readonly ignore?: readonly string[] | undefined;
};
