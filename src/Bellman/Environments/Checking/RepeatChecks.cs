using Bellman.Numerics;

namespace Bellman;

/// <summary>Plays the same seeds and actions again and again: everything must repeat, whatever was played before and whoever else plays.</summary>
internal sealed class RepeatChecks(Func<IEnvironment> make, EnvironmentCheckSettings settings, FindingList findings)
{
    private const byte Pattern = 0x5A, OtherPattern = 0xA5;

    /// <returns>What was played, or null if it could not be, or was not written whole.</returns>
    public List<PlayFrame>? Run(IEnvironment environment, FrameChecks checks)
    {
        var frames = Play(environment, Pattern);
        using var second = make();
        if (frames is null || Play(second, OtherPattern) is not { } again)
        {
            return null;
        }

        foreach (var (frame, other) in frames.Zip(again))
        {
            checks.Written(frame, other, Pattern, OtherPattern);
        }

        if (findings.Has("observation-written") || findings.Has("mask-values"))
        {
            return null;
        }

        if (Difference(frames, again) is { } difference)
        {
            var atReset = difference.At == 0;
            findings.Error(
                atReset ? "reset-repeats" : "step-repeats",
                atReset ? "The same seed gives the same first observation." : "The same seed and actions give the same observations, rewards and ends.",
                $"Something else came in a second instance: {difference.Text}.",
                "Draw every random number from the stream that Reset is given; use no clock, no static state, no unordered collection, no random numbers of your own.");
            return frames;
        }

        if (Play(second, Pattern) is { } replayed && Difference(frames, replayed) is { } left)
        {
            findings.Error("reset-forgets", "Reset forgets the episode before.", $"The same seed and actions gave something else in an instance that had played before: {left.Text}.", "Set every field in Reset, caches and counters too.");
        }

        if (!findings.HasErrors)
        {
            Interleave(frames);
            TrySeeds(frames);
        }

        return frames;
    }

    /// <summary>Where two plays part, or null.</summary>
    public static (int At, string Text)? Difference(IReadOnlyList<PlayFrame> frames, IReadOnlyList<PlayFrame> others)
    {
        for (var i = 0; i < Math.Min(frames.Count, others.Count); i++)
        {
            if (frames[i].DifferenceTo(others[i]) is { } text)
            {
                return (i, text);
            }
        }

        return null;
    }

    private List<PlayFrame>? Play(IEnvironment environment, byte pattern)
    {
        var player = new RandomPlayer(environment, pattern);
        player.Begin(settings.Seed);
        try
        {
            return player.Play(settings.Steps);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            findings.Error(
                "play", "Every action that the space and the mask allow can be played.",
                $"{(player.IsReset ? "Reset" : $"Step {player.EpisodeSteps} of an episode")} threw {FindingList.Describe(exception)}",
                "Mend what throws. Actions come from ActionSpace as the mask restricts it, and arrive in the type that the space's layout says; what may not be played must be masked.");
            return null;
        }
    }

    // Two play in turns; neither may notice.
    private void Interleave(List<PlayFrame> frames)
    {
        using var one = make();
        using var other = make();
        RandomPlayer player = new(one, Pattern), neighbour = new(other, Pattern);
        player.Begin(settings.Seed);
        neighbour.Begin(settings.Seed + 1);
        foreach (var frame in frames)
        {
            player.Advance();
            neighbour.Advance();
            if (frame.DifferenceTo(player.View()) is { } difference)
            {
                findings.Error(
                    "instances-apart", "Instances do not influence each other.", $"Something else came while another instance played: {difference}.",
                    "Keep the state in fields of the instance, none of them static: vector environments play many side by side and on several threads.");
                return;
            }
        }
    }

    private void TrySeeds(List<PlayFrame> frames)
    {
        using var environment = make();
        for (var seed = settings.Seed + 1; seed < settings.Seed + 4; seed++)
        {
            // The actions stay: only what the environment draws may differ.
            var player = new RandomPlayer(environment, Pattern);
            player.Begin(settings.Seed);
            player.Stream.Load(new RandomStream(seed).Save());
            if (Difference(frames, player.Play(frames.Count)) is not null)
            {
                return;
            }
        }

        findings.Note("seed-matters", "Different seeds usually give different episodes.", "Four seeds gave the same.", "Nothing, if the task has no chance in it; else draw from the stream that Reset is given.");
    }
}
