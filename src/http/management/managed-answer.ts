/** Whether the configuration has it, and where: `teams/payments.yaml:12:3`. */
export function encodeManaged(at: string | undefined): Readonly<Record<string, string>> {
  return at === undefined ? { managed_by: 'api' } : { managed_by: 'file', managed_at: at };
}
