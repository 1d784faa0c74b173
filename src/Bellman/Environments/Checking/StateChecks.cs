namespace Bellman;

/// <summary>Saves in mid-episode and goes on elsewhere: the rest must be the same to the last bit.</summary>
internal static class StateChecks
{
    private const int Cuts = 8;
    private const int FollowedSteps = 200;

    public static void Run(Func<IEnvironment> make, EnvironmentCheckSettings settings, FindingList findings)
    {
        using var environment = make();
        if (environment.As<IStateful>() is not { } stateful)
        {
            findings.Note("stateful", "IStateful, so that a run resumes at once.", "The environment has none; a resumed run replays each episode's actions since its reset.", "Implement SaveState and LoadState, unless episodes are short.");
            return;
        }

        using var undisturbed = make();
        var frames = Begin(undisturbed, settings.Seed).Play(settings.Steps);
        var cuts = new List<(int At, PlayerState Player, byte[] State)>();
        var player = Begin(environment, settings.Seed);
        if (!findings.Try("state-goes-on", "SaveState and LoadState do their work", () => PlayAndSave(player, stateful, frames, settings.Steps, cuts, findings)) || findings.Has("save-changes-nothing"))
        {
            return;
        }

        using var fresh = make();
        foreach (var cut in cuts)
        {
            if (!findings.Try("state-goes-on", "SaveState and LoadState do their work", () =>
            {
                GoOn(fresh, cut, frames, settings.Seed, "in another instance", findings);
                GoOn(environment, cut, frames, settings.Seed, "in the instance that had gone on", findings);
            }))
            {
                return;
            }
        }
    }

    private static RandomPlayer Begin(IEnvironment environment, ulong seed)
    {
        var player = new RandomPlayer(environment);
        player.Begin(seed);
        return player;
    }

    private static void PlayAndSave(RandomPlayer player, IStateful stateful, List<PlayFrame> frames, int steps, List<(int At, PlayerState Player, byte[] State)> cuts, FindingList findings)
    {
        for (var i = 0; i < steps; i++)
        {
            player.Advance();
            if (frames[i].DifferenceTo(player.View()) is { } difference)
            {
                findings.Error("save-changes-nothing", "SaveState changes nothing.", $"After a save the same actions gave something else: {difference}.", "Only write in SaveState: draw no random number, set no field.");
                return;
            }

            if (!player.Ended && player.EpisodeSteps > 0 && i * Cuts >= cuts.Count * steps)
            {
                using var memory = new MemoryStream();
                using (var writer = new BinaryWriter(memory, System.Text.Encoding.UTF8, leaveOpen: true))
                {
                    stateful.SaveState(writer);
                }

                cuts.Add((i, player.Save(), memory.ToArray()));
            }
        }
    }

    private static void GoOn(IEnvironment environment, (int At, PlayerState Player, byte[] State) cut, List<PlayFrame> frames, ulong seed, string where, FindingList findings)
    {
        // Another episode is under way, of which nothing may be left.
        var player = Begin(environment, seed + 1000);
        player.Play(3);
        if (player.Ended)
        {
            player.Advance();
        }

        player.Load(cut.Player);
        using var memory = new MemoryStream(cut.State);
        using var reader = new BinaryReader(memory);
        environment.As<IStateful>()!.LoadState(reader);
        if (memory.Position != memory.Length)
        {
            findings.Error("state-length", "LoadState reads exactly what SaveState wrote.", $"{memory.Length} bytes were written and {memory.Position} read.", "Read the same values in the same order and types.");
            return;
        }

        var rest = player.Play(Math.Min(FollowedSteps, frames.Count - cut.At - 1));
        if (RepeatChecks.Difference(frames.GetRange(cut.At + 1, rest.Count), rest) is { } difference)
        {
            findings.Error(
                "state-goes-on", "A state loaded in mid-episode goes on with the same bits.",
                $"Saved after step {cut.Player.EpisodeSteps} of an episode and loaded {where}, {difference.At + 1} {(difference.At == 0 ? "step" : "steps")} later something else came: {difference.Text}.",
                "Write everything that Step reads: counters, caches that are not computed anew, and in the same precision as in memory.");
        }
    }
}
