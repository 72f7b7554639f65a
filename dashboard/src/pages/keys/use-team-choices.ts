import { useQuery } from '@tanstack/react-query';
import { everyPage } from '../../api/parties.ts';
import { useMay } from '../../session/session.ts';

export type TeamChoice = { readonly value: string; readonly label: string };

type TeamPage = {
  readonly teams: readonly { readonly team_id: string; readonly team_alias: string | null }[];
  readonly total_pages: number;
};

/** Teams that whoever looks may see: of those that they may not make keys in, the gateway says so. */
export function useTeamChoices(): readonly TeamChoice[] {
  const may = useMay();
  const { data = [] } = useQuery({
    queryKey: ['parties', 'team-choices'],
    queryFn: async ({ signal }) =>
      (await everyPage<TeamPage>('/v2/team/list', {}, signal)).flatMap(({ teams }) => teams),
    enabled: may('team.list') && may('key.create'),
  });
  return data.map(({ team_id: value, team_alias: alias }) => ({ value, label: alias ?? value }));
}
