/** What the command line says; numbers may come as text. */
export type Flags = {
  readonly config?: string | undefined;
  readonly port?: string | number | undefined;
  readonly host?: string | undefined;
  readonly data?: string | undefined;
  readonly workers?: string | number | undefined;
  readonly journal?: string | undefined;
  /** Ambient providers that are wanted all the same. */
  readonly providers?: readonly string[] | undefined;
  /** Restricting settings of a LiteLLM file that need not be honoured. */
  readonly acceptUnsupported?: readonly string[] | undefined;
};
