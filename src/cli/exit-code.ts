/** What a shell script may rely on. */
export const exitCode = { stopped: 0, failed: 1, configuration: 2, database: 3 } as const;
